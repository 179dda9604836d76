import { expect, it } from 'vitest';
import type { StatusPublisher } from '../../../client-sim/publisher.ts';
import { BackEnd } from '../../../client-sim/swarm/back-end.ts';
import { Chance } from '../../../client-sim/swarm/chance.ts';
import type { Crowd } from '../../../client-sim/swarm/crowd.ts';
import { Label } from '../../../client-sim/swarm/label.ts';
import { Referee } from '../../../client-sim/swarm/referee.ts';
import { Timeline } from '../../../client-sim/swarm/timeline.ts';

/** A back end whose requests are answered by `answer`, and how many it has sent. */
function backEndWith(answer: () => Promise<void>) {
  let sent = 0;
  const publish = async () => {
    sent++;
    await answer();
    return { messageUIDs: [] };
  };
  const backEnd = new BackEnd({
    crowd: { userIds: ['a', 'b'], client: () => ({ online: false }) } as unknown as Crowd,
    referee: new Referee(),
    timeline: new Timeline(),
    label: new Label('run'),
    publishers: [{ publish } as unknown as StatusPublisher],
    chance: new Chance('seed'),
    recipients: 1,
    typing: false,
  });
  return { backEnd, sent: () => sent };
}

it('a back end publishes as long as it is answered', async () => {
  const { backEnd, sent } = backEndWith(async () => {});
  for (let times = 0; times < 250; times++) await backEnd.publish();
  expect(sent()).toBe(250);
});

it('while a hundred requests wait for their answer, it sends none; then it goes on', async () => {
  let answerAll!: () => void;
  const answered = new Promise<void>((resolve) => {
    answerAll = resolve;
  });
  const { backEnd, sent } = backEndWith(() => answered);
  const all = Array.from({ length: 150 }, () => backEnd.publish());
  expect(sent()).toBe(100);
  answerAll();
  await Promise.all(all);
  await backEnd.publish();
  expect(sent()).toBe(101);
});
