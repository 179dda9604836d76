import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { Inbox, type Match, type ReceivedFrame } from '../../client-sim/inbox.ts';
import { echoFrame, statusFrame } from './scripted-server.ts';

const bobs = statusFrame({ fromUserId: 'bob', content: 'one' });
const carols = statusFrame({ fromUserId: 'carol', content: 'two' });
const echo = echoFrame({ content: 'three' });

const second = 1000;

function inboxOf(...frames: ReceivedFrame[]): Inbox {
  const inbox = new Inbox();
  for (const frame of frames) inbox.push(frame);
  return inbox;
}

const takes: { title: string; match: Match | undefined; taken: ReceivedFrame | undefined }[] = [
  { title: 'the earliest frame without a match', match: undefined, taken: bobs },
  { title: 'the earliest frame for an empty match', match: {}, taken: bobs },
  { title: 'a frame by its type', match: { type: 'echo' }, taken: echo },
  { title: 'a frame by its sender', match: { fromUserId: 'carol' }, taken: carols },
  {
    title: 'a frame by a list, compared deeply',
    match: { messageUIDs: structuredClone(echo.messageUIDs) },
    taken: echo,
  },
  { title: 'a frame by a predicate', match: ({ content }) => content === 'two', taken: carols },
  {
    title: 'nothing when one of two fields differs',
    match: { type: 'echo', fromUserId: 'bob' },
    taken: undefined,
  },
  { title: 'nothing by a content of other spelling', match: { content: ' one' }, taken: undefined },
  { title: 'nothing for a list that differs inside', match: { messageUIDs: [] }, taken: undefined },
  { title: 'nothing for a predicate that is never true', match: () => false, taken: undefined },
];

it.each(takes)('take gives $title', ({ match, taken }) => {
  expect(inboxOf(bobs, carols, echo).take(match)).toBe(taken);
});

it('a frame is taken once only', () => {
  const inbox = inboxOf(bobs);
  inbox.take();
  expect(inbox.take()).toBeUndefined();
});

it('taking a later frame leaves the earlier ones in order', () => {
  const inbox = inboxOf(bobs, carols, echo);
  inbox.take({ fromUserId: 'carol' });
  expect([inbox.take(), inbox.take()]).toEqual([bobs, echo]);
});

it('received lists every frame, taken or not', () => {
  const inbox = inboxOf(bobs, carols);
  inbox.take();
  expect(inbox.received).toEqual([bobs, carols]);
});

it('wait gives a frame that is already there', async () => {
  await expect(inboxOf(bobs).wait({ fromUserId: 'bob' })).resolves.toBe(bobs);
});

it('wait gives a frame that comes later', async () => {
  const inbox = new Inbox();
  const waiting = inbox.wait({ type: 'echo' });
  inbox.push(bobs);
  inbox.push(echo);
  await expect(waiting).resolves.toBe(echo);
});

it('a frame goes to the one who waited longest', async () => {
  const inbox = new Inbox();
  const waiting = [inbox.wait(), inbox.wait()];
  inbox.push(bobs);
  inbox.push(carols);
  await expect(Promise.all(waiting)).resolves.toEqual([bobs, carols]);
});

it('a frame handed to somebody who waits cannot be taken again', () => {
  const inbox = new Inbox();
  void inbox.wait();
  inbox.push(bobs);
  expect(inbox.take()).toBeUndefined();
});

it('whoever gave up takes no frame', async () => {
  const inbox = new Inbox();
  await inbox.wait(undefined, 0).catch(() => {});
  inbox.push(bobs);
  expect(inbox.take()).toBe(bobs);
});

it('an infinite timeout waits', async () => {
  const inbox = new Inbox();
  const endless = inbox.wait({ type: 'echo' }, Number.POSITIVE_INFINITY);
  await inbox.wait(undefined, 5).catch(() => {});
  inbox.push(echo);
  await expect(endless).resolves.toBe(echo);
});

it('a predicate that throws rejects its own wait', async () => {
  const inbox = new Inbox();
  const waiting = inbox.wait(() => {
    throw new Error('my predicate');
  });
  inbox.push(bobs);
  await expect(waiting).rejects.toThrow('my predicate');
});

it('a predicate that throws costs nobody the frame', () => {
  const inbox = new Inbox();
  inbox
    .wait(() => {
      throw new Error('my predicate');
    })
    .catch(() => {});
  inbox.push(bobs);
  expect(inbox.take()).toBe(bobs);
});

const long = 'x'.repeat(41);
const clipped = `${'x'.repeat(39)}…`;

const failures: { title: string; frames: ReceivedFrame[]; match?: Match; message: string }[] = [
  {
    title: 'that nothing had arrived',
    frames: [],
    message: 'No frame arrived within 0 ms. Nothing had arrived.',
  },
  {
    title: 'which fields were awaited, and what arrived instead',
    frames: [bobs, echo],
    match: { type: 'status', fromUserId: 'carol' },
    message:
      'No frame with {"type":"status","fromUserId":"carol"} arrived within 0 ms. ' +
      'Had arrived: status RC:TypSts from bob "one", echo RC:TypSts from ann "three".',
  },
  {
    title: 'that a predicate was never satisfied',
    frames: [bobs],
    match: () => false,
    message:
      'No frame that satisfies the predicate arrived within 0 ms. Had arrived: status RC:TypSts from bob "one".',
  },
  {
    title: 'no content longer than 40 characters',
    frames: [statusFrame({ content: long })],
    match: { content: `${long}y` },
    message:
      `No frame with {"content":"${clipped}"} arrived within 0 ms. ` +
      `Had arrived: status RC:TypSts from bob "${clipped}".`,
  },
  {
    title: 'content of 40 characters in full',
    frames: [statusFrame({ content: 'x'.repeat(40) })],
    match: () => false,
    message:
      'No frame that satisfies the predicate arrived within 0 ms. ' +
      `Had arrived: status RC:TypSts from bob "${'x'.repeat(40)}".`,
  },
  {
    title: 'how many more had arrived than it lists',
    frames: [...Array.from({ length: 12 }, () => bobs), echo],
    match: () => false,
    message:
      'No frame that satisfies the predicate arrived within 0 ms. ' +
      `Had arrived: 3 earlier, ${'status RC:TypSts from bob "one", '.repeat(9)}echo RC:TypSts from ann "three".`,
  },
];

it.each(failures)('a wait in vain says $title', async ({ frames, match, message }) => {
  await expect(inboxOf(...frames).wait(match, 0)).rejects.toThrow(new Error(message));
});

it('a wait in vain says which frames were taken before', async () => {
  const inbox = inboxOf(bobs, carols);
  inbox.take();
  const message = 'Had arrived: status RC:TypSts from bob "one" (taken), status RC:TypSts from carol "two".';
  await expect(inbox.wait({ type: 'echo' }, 0)).rejects.toThrow(message);
});

it('closing rejects whoever waits, saying why', async () => {
  const inbox = new Inbox();
  const waiting = inbox.wait();
  inbox.close('the session closed with 4010 (kicked)');
  const message = 'No frame arrived before the session closed with 4010 (kicked). Nothing had arrived.';
  await expect(waiting).rejects.toThrow(new Error(message));
});

it('what arrived before the closing can still be awaited', async () => {
  const inbox = inboxOf(bobs);
  inbox.close('the session closed with 1000');
  await expect(inbox.wait()).resolves.toBe(bobs);
});

it('waiting after the closing rejects at once', async () => {
  const inbox = new Inbox();
  inbox.close('the session closed with 1000');
  await expect(inbox.wait(undefined, Number.POSITIVE_INFINITY)).rejects.toThrow('closed with 1000');
});

it('iterating gives what was there, what comes, and ends at the closing', async () => {
  const inbox = inboxOf(bobs);
  const seen: ReceivedFrame[] = [];
  for await (const frame of inbox) {
    seen.push(frame);
    if (frame === bobs) inbox.push(carols);
    if (frame === carols) queueMicrotask(() => inbox.push(echo));
    if (frame === echo) queueMicrotask(() => inbox.close('the session closed with 1000'));
  }
  expect(seen).toEqual([bobs, carols, echo]);
});

it('iterating passes over frames that were taken', async () => {
  const inbox = inboxOf(bobs, carols);
  inbox.take();
  inbox.close('the session closed with 1000');
  const seen: ReceivedFrame[] = [];
  for await (const frame of inbox) seen.push(frame);
  expect(seen).toEqual([carols]);
});

it('an iteration that is left while it waits costs nobody a frame', async () => {
  const inbox = new Inbox();
  const iterator = inbox[Symbol.asyncIterator]();
  const abandoned = iterator.next();
  await iterator.return?.();
  inbox.push(bobs);
  expect(inbox.take()).toBe(bobs);
  await expect(abandoned).resolves.toEqual({ done: true, value: undefined });
  await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
});

it('who waits gets a frame before who iterates', async () => {
  const inbox = new Inbox();
  void inbox[Symbol.asyncIterator]().next();
  const waiting = inbox.wait();
  inbox.push(bobs);
  await expect(waiting).resolves.toBe(bobs);
});

it('iterations take turns', async () => {
  const inbox = new Inbox();
  const iterator = inbox[Symbol.asyncIterator]();
  const next = [iterator.next(), iterator.next()];
  inbox.push(bobs);
  inbox.push(carols);
  inbox.push(echo);
  expect([...(await Promise.all(next)), await iterator.next()].map(({ value }) => value)).toEqual([
    bobs,
    carols,
    echo,
  ]);
});

it('leaving an iteration leaves the rest', async () => {
  const inbox = inboxOf(bobs, carols);
  for await (const _ of inbox) break;
  expect(inbox.take()).toBe(carols);
});

function fullInbox(): Inbox {
  const inbox = new Inbox(2);
  for (const frame of [bobs, carols, echo]) inbox.push(frame);
  return inbox;
}

it('the oldest frame leaves a full inbox', () => {
  expect(fullInbox().received).toEqual([carols, echo]);
});

it('frames that had to leave are counted', () => {
  expect(fullInbox().discarded).toBe(1);
});

it('a frame that had to leave cannot be taken', () => {
  expect(fullInbox().take()).toBe(carols);
});

it('a frame that was taken leaves a full inbox without harm to the next one', () => {
  const inbox = new Inbox(2);
  inbox.push(bobs);
  inbox.take();
  inbox.push(carols);
  inbox.push(echo);
  expect(inbox.take()).toBe(carols);
});

it.each([1.5, '5', 1e-9 + 1])('an inbox for %j frames is refused', (limit) => {
  const refusal = new RangeError(`An inbox holds a whole number of frames, not ${JSON.stringify(limit)}.`);
  expect(() => new Inbox(limit as number)).toThrow(refusal);
});

it.each([0, 1.5, NaN])('an inbox for %s bytes is refused', (limit) => {
  expect(() => new Inbox(1, limit)).toThrow(RangeError);
});

it.each([0, -1, Number.NaN])('an inbox for %s frames is refused', (limit) => {
  expect(() => new Inbox(limit)).toThrow(new RangeError(`An inbox holds at least 1 frame, not ${limit}.`));
});

it('over its limit in bytes the oldest frames leave an inbox', () => {
  const inbox = new Inbox(100, 25);
  for (const frame of [bobs, bobs, carols, echo]) inbox.push(frame, 10);
  expect([inbox.received, inbox.untaken, inbox.discarded]).toEqual([[carols, echo], [carols, echo], 2]);
});

it('a frame over the limit in bytes is not kept, and costs no other its place', () => {
  const inbox = new Inbox(100, 25);
  inbox.push(bobs, 25);
  inbox.push(carols, 26);
  expect([inbox.received, inbox.untaken, inbox.discarded]).toEqual([[bobs], [bobs], 1]);
});

it('looking takes nothing away', async () => {
  const inbox = inboxOf(bobs, carols);
  await inbox.look({ fromUserId: 'bob' });
  expect(inbox.take()).toBe(bobs);
});

it('looking finds what was taken, too', async () => {
  const inbox = inboxOf(bobs, carols, bobs);
  inbox.take();
  await expect(inbox.look({ fromUserId: 'bob' }, second)).resolves.toEqual([bobs, bobs]);
});

it('looking waits for the first frame that matches', async () => {
  const inbox = inboxOf(bobs);
  const found = inbox.look({ fromUserId: 'carol' }, second);
  inbox.push(echo);
  inbox.push(carols);
  await expect(found).resolves.toEqual([carols]);
});

it('a frame that comes is for all who look, and for one who takes', async () => {
  const inbox = new Inbox();
  const found = [inbox.look({}, second), inbox.wait(), inbox.look({ type: 'status' }, second), inbox.wait()];
  inbox.push(bobs);
  inbox.push(carols);
  await expect(Promise.all(found)).resolves.toEqual([[bobs], bobs, [bobs], carols]);
});

it('looking finds a frame that leaves a full inbox at once', async () => {
  const inbox = new Inbox(1);
  const found = inbox.look({ fromUserId: 'bob' }, second);
  inbox.push(bobs);
  inbox.push(carols);
  await expect(found).resolves.toEqual([bobs]);
});

it('B6.4 looking goes on when a frame comes that is too large to be kept', async () => {
  const inbox = new Inbox(100, 25);
  const found = inbox.look({}, second);
  inbox.push(bobs, 26);
  inbox.push(carols, 25);
  await expect(found).resolves.toEqual([carols]);
});

it('looking for no time is over at once', async () => {
  let found: ReceivedFrame[] | undefined;
  void new Inbox().look({}, 0).then((frames) => {
    found = frames;
  });
  await new Promise(setImmediate);
  expect(found).toEqual([]);
});

it('looking leaves nothing behind at its signal', async () => {
  const { signal } = new AbortController();
  const inbox = new Inbox();
  const looking = inbox.look({}, second, signal);
  const before = getEventListeners(signal, 'abort').length;
  inbox.push(bobs);
  await looking;
  expect([before, getEventListeners(signal, 'abort').length]).toEqual([1, 0]);
});

it.each([0, 1])('looking for %i ms finds nothing in the end', async (timeoutMs) => {
  await expect(inboxOf(bobs).look({ fromUserId: 'carol' }, timeoutMs)).resolves.toEqual([]);
});

it('looking that is called off finds nothing', async () => {
  const caller = new AbortController();
  const inbox = inboxOf(bobs);
  const found = inbox.look({ fromUserId: 'carol' }, second, caller.signal);
  caller.abort();
  inbox.push(carols);
  await expect(found).resolves.toEqual([]);
});

it('looking that was called off before does not wait', async () => {
  await expect(new Inbox().look({}, Infinity, AbortSignal.abort())).resolves.toEqual([]);
});

it.each(['before', 'after'])('looking finds nothing more when the inbox closes %s', async (when) => {
  const inbox = inboxOf(bobs);
  if (when === 'before') inbox.close('the session closed with 1000');
  const found = inbox.look({ fromUserId: 'carol' }, Infinity);
  inbox.close('the session closed with 1000');
  await expect(found).resolves.toEqual([]);
});

it('a predicate that throws rejects its own look, and costs nobody the frame', async () => {
  const inbox = new Inbox();
  const looking = inbox.look(() => {
    throw new Error('my predicate');
  }, second);
  const waiting = inbox.wait();
  inbox.push(bobs);
  await expect(looking).rejects.toThrow('my predicate');
  await expect(waiting).resolves.toBe(bobs);
});
