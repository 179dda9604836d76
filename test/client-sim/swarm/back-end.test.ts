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
  const referee = new Referee();
  const backEnd = new BackEnd({
    crowd: { userIds: ['a', 'b'], client: () => ({ online: false }) } as unknown as Crowd,
    referee,
    timeline: new Timeline(),
    label: new Label('run'),
    publishers: [{ publish } as unknown as StatusPublisher],
    chance: new Chance('seed'),
    recipients: 1,
    typing: false,
  });
  return { backEnd, referee, sent: () => sent };
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

it('the reason for no answer is what lies beneath the error, if that says anything', async () => {
  const reasons: string[] = [];
  for (const cause of [new Error('refused'), new Error(''), 'a text', undefined]) {
    const { backEnd, referee } = backEndWith(() => Promise.reject(new Error('fetch failed', { cause })));
    await backEnd.publish();
    referee.settle(referee.answered(), new Map());
    reasons.push(referee.tally.unanswered.reason);
  }
  expect(reasons).toEqual(['refused', 'fetch failed', 'fetch failed', 'fetch failed']);
});
