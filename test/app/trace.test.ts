import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import { Trace } from '../../server/app/trace.ts';
import { it } from '../fixtures/simulator.ts';

const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

/** What is thrown with nobody to catch it: vitest, who would fail the run for it, does not hear of it. */
function uncaught(): Promise<unknown[]> {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  onTestFinished(() => {
    for (const listener of listeners) process.on('uncaughtException', listener);
  });
  return once(process, 'uncaughtException');
}

it('a listener that throws does not keep a session from opening', async ({ simulator, connect }) => {
  const thrown = uncaught();
  const silence = simulator.on('session', () => {
    throw new Error('The listener is broken.');
  });
  await Promise.all([connect('bob'), thrown]);
  silence();
  expect(simulator.presence('bob').online).toBe(true);
});

it('a listener that throws does not keep a publish from its answer', async ({ simulator }) => {
  const thrown = uncaught();
  simulator.on('publish', () => {
    throw new Error('The listener is broken.');
  });
  const { messageUIDs } = simulator.publish(message);
  await thrown;
  expect(messageUIDs).toHaveLength(1);
});

it('what a listener throws goes uncaught, so that it is not overlooked', async ({ simulator }) => {
  const thrown = uncaught();
  simulator.on('publish', () => {
    throw new Error('The listener is broken.');
  });
  simulator.publish(message);
  const [error] = await thrown;
  expect(error).toEqual(new Error('The listener is broken.'));
});

it('a listener that throws keeps no other one from hearing', async ({ simulator }) => {
  const thrown = uncaught();
  const heard: unknown[] = [];
  simulator.on('publish', () => {
    throw new Error('The listener is broken.');
  });
  simulator.on('publish', (event) => heard.push(event));
  simulator.publish(message);
  await thrown;
  expect(heard).toHaveLength(1);
});

it('who listens for one kind of event causes no others to be made', () => {
  const trace = new Trace();
  trace.listen(() => {}, 'app', ['session']);
  const kinds = ['publish', 'session', 'refused', 'accepted'] as const;
  expect(kinds.map((kind) => trace.isHeard('app', kind))).toEqual([false, true, false, false]);
});
