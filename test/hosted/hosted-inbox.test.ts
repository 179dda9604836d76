import { expect, it } from 'vitest';
import { HostedInbox } from '../../server/hosted/hosted-inbox.ts';
import { statusFrame } from '../client-sim/scripted-server.ts';

const from = (fromUserId: string) => statusFrame({ fromUserId });
const never = new AbortController().signal;

/** An inbox that got a frame of each of these users. */
function inboxOf(users: readonly string[], inboxFrames = 100, inboxBytes = 1000) {
  const inbox = new HostedInbox({ inboxFrames, inboxBytes });
  for (const user of users) inbox.push(from(user), 10);
  return inbox;
}

it('B6 keeps frames in order', () => {
  expect(inboxOf(['a', 'b', 'c']).frames()).toEqual([from('a'), from('b'), from('c')]);
});

it('B6 shows those that match', () => {
  expect(inboxOf(['a', 'b', 'a']).frames({ fromUserId: 'a' })).toEqual([from('a'), from('a')]);
});

it('B6 looking takes nothing away', () => {
  const inbox = inboxOf(['a']);
  inbox.frames();
  expect(inbox.frames()).toEqual([from('a')]);
});

it('B6 over its limit in bytes the oldest leave first, too', () => {
  const inbox = inboxOf(['a', 'b', 'c', 'd'], 100, 25);
  expect([inbox.frames(), inbox.discarded]).toEqual([[from('c'), from('d')], 2]);
});

it('B6 a frame over the limit in bytes is not kept', () => {
  const inbox = inboxOf(['a', 'b'], 100, 9);
  expect([inbox.frames(), inbox.discarded, inbox.size]).toEqual([[], 2, 0]);
});

it('B6 over its limit the oldest leave first, and are counted', () => {
  const inbox = inboxOf(['a', 'b', 'c', 'd'], 2);
  expect([inbox.frames(), inbox.discarded]).toEqual([[from('c'), from('d')], 2]);
});

it('B6 a wait ends at once when there is a frame already', async () => {
  await expect(inboxOf(['a']).waitFor({}, never)).resolves.toEqual([from('a')]);
});

it('B6 a wait ends with the frame that matches', async () => {
  const inbox = inboxOf([]);
  const found = inbox.waitFor({ fromUserId: 'b' }, never);
  inbox.push(from('a'), 10);
  inbox.push(from('b'), 10);
  await expect(found).resolves.toEqual([from('b')]);
});

it('B6 several waits are served by the same frame', async () => {
  const inbox = inboxOf([]);
  const found = Promise.all([inbox.waitFor({}, never), inbox.waitFor({ fromUserId: 'a' }, never)]);
  inbox.push(from('a'), 10);
  await expect(found).resolves.toEqual([[from('a')], [from('a')]]);
});

it('B6 a wait that is called off ends with nothing', async () => {
  const time = new AbortController();
  const found = inboxOf(['a']).waitFor({ fromUserId: 'b' }, time.signal);
  time.abort();
  await expect(found).resolves.toEqual([]);
});

it('B6 a wait that was called off before it began ends with nothing', async () => {
  await expect(inboxOf([]).waitFor({}, AbortSignal.abort())).resolves.toEqual([]);
});

it('B6 a wait ends when no frame can come any more', async () => {
  const inbox = inboxOf([]);
  const found = inbox.waitFor({}, never);
  inbox.complete();
  await expect(found).resolves.toEqual([]);
});

it('B6 there is no wait for frames that cannot come any more', async () => {
  const inbox = inboxOf(['a']);
  inbox.complete();
  await expect(inbox.waitFor({ fromUserId: 'b' }, never)).resolves.toEqual([]);
});
