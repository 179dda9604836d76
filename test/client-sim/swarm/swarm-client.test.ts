import { expect, vi } from 'vitest';
import { SimClient } from '../../../client-sim/client.ts';
import { Attendance } from '../../../client-sim/swarm/attendance.ts';
import type { Receipt } from '../../../client-sim/swarm/receipt.ts';
import { SwarmClient } from '../../../client-sim/swarm/swarm-client.ts';
import { Timeline } from '../../../client-sim/swarm/timeline.ts';
import { it as base, typing } from '../../fixtures/simulator.ts';

/** Bob, who is online, with what he notes. */
const it = base.extend('visit', async ({ simulator, appKey }, { onCleanup }) => {
  const attendance = new Attendance();
  const receipts: Receipt[] = [];
  const lost: number[] = [];
  const bob = new SwarmClient('bob', {
    wsUrls: [simulator.wsUrl],
    appKey,
    timeline: new Timeline(),
    attendance,
    onReceived: (_, receipt) => void receipts.push(receipt),
    onLost: (_, code) => void lost.push(code),
  });
  onCleanup(() => bob.leave());
  await bob.enter();
  return { bob, stay: attendance.of('bob')[0]!, receipts, lost };
});

it('what comes, status or echo, is noted with its messageUIDs and before the barrier', async ({
  visit: { bob, receipts },
  simulator,
}) => {
  const { messageUIDs } = await simulator.publish({
    ...typing,
    fromUserId: 'bob',
    toUserId: ['alice', 'carol'],
    isIncludeSender: 1,
  });
  const { messageUIDs: toBob } = await simulator.publish({ ...typing, toUserId: 'bob' });
  const passedAt = await bob.barrier();
  const uids = (list: typeof messageUIDs) => list.map(({ messageUID }) => messageUID).join(' ');
  expect(receipts).toMatchObject([
    { userId: 'bob', kind: 'echo', messageUID: uids(messageUIDs) },
    { userId: 'bob', kind: 'status', messageUID: uids(toBob) },
  ]);
  expect(passedAt).toBeGreaterThanOrEqual(receipts[1]!.at);
});

it('a session that ends unasked is lost, and its barrier is its end', async ({ visit, simulator }) => {
  const { bob, stay, lost } = visit;
  const passing = bob.barrier();
  await simulator.app().reset();
  expect(await passing).toBeLessThanOrEqual(stay.goneAt);
  expect([lost, bob.online, stay.goneAt < Number.POSITIVE_INFINITY]).toEqual([[4011], false, true]);
});

it('a simulator that does not answer passes no barrier', async ({ visit: { bob } }) => {
  vi.spyOn(SimClient.prototype, 'settle').mockRejectedValue(new Error('No answer.'));
  await expect(bob.barrier()).rejects.toThrow('No answer.');
});

it('who leaves is offline from then on, and lost to nobody', async ({ visit: { bob, stay, lost } }) => {
  const leaving = bob.leave();
  expect(bob.online).toBe(false);
  await leaving;
  expect([bob.online, lost, stay.leaveAt <= stay.goneAt]).toEqual([false, [], true]);
});
