import { createServer } from 'node:net';
import { expect } from 'vitest';
import { Attendance } from '../../../client-sim/swarm/attendance.ts';
import { Chance } from '../../../client-sim/swarm/chance.ts';
import { Crowd } from '../../../client-sim/swarm/crowd.ts';
import { Timeline } from '../../../client-sim/swarm/timeline.ts';
import { it as base } from '../../fixtures/simulator.ts';

const it = base.extend('crowdAt', ({ appKey }, { onCleanup }) => (...wsUrls: string[]) => {
  const surroundings = {
    wsUrls,
    appKey,
    timeline: new Timeline(),
    attendance: new Attendance(),
    onReceived() {},
    onLost() {},
  };
  const crowd = new Crowd(['bob'], surroundings, new Chance('seed'));
  onCleanup(() => crowd.dissolve());
  return crowd;
});

/** An address where nobody listens any more. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `ws://127.0.0.1:${port}/connect`;
}

it('who is away when the crowd dissolves does not come back', async ({ simulator, crowdAt }) => {
  const crowd = crowdAt(simulator.wsUrl);
  const back = crowd.comeBack(crowd.client('bob'));
  await crowd.dissolve();
  await back;
  expect(crowd.online).toBe(0);
});

it('who is called back comes online at once', async ({ simulator, crowdAt }) => {
  const crowd = crowdAt(simulator.wsUrl);
  const back = crowd.comeBack(crowd.client('bob'));
  crowd.callBack();
  await back;
  expect(crowd.online).toBe(1);
});

it('a client whose simulator is not there goes to the next one', async ({ simulator, crowdAt }) => {
  const dead = await deadUrl();
  const crowd = crowdAt(dead, simulator.wsUrl, dead, dead);
  await crowd.enter();
  expect(crowd.online).toBe(1);
});

it('a client for whom no simulator is there has tried each of them once', async ({ crowdAt }) => {
  const dead = await deadUrl();
  await expect(crowdAt(dead, dead).enter()).rejects.toThrow('ECONNREFUSED');
});

it('who is offline does not publish', async ({ simulator, crowdAt }) => {
  const publish = { toUserId: 'alice', objectName: 'app:mood', content: 'fine' };
  const refused = crowdAt(simulator.wsUrl).client('bob').publish(publish);
  await expect(refused).rejects.toThrow('The client is offline.');
});
