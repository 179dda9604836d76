import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { EncodedFrame } from '../../server/gateway/encoded-frame.ts';
import type { Simulator } from '../../server/index.ts';
import { it as base, type RawSession } from '../fixtures/raw-session.ts';
import { serverSockets } from '../fixtures/server-sockets.ts';

const userIds = Array.from({ length: 12 }, (_, index) => `user ${index}`);

/** Small ones that are gathered, large ones that are split, and those at the borders of both. */
const sizes = [1, 60, 200, 1000, 4000, 16_000, 16_300, 17_000, 40_000, 66_000];

const it = base.extend('sessions', ({ openRaw }) => Promise.all(userIds.map((userId) => openRaw(userId))));

/** What one session must get: its own messageUID of each publish, in order. */
type Expected = { messageUID: string; content: string }[];

/** Publishes to all, several times in each turn of the event loop; returns what each must get. */
async function publishToAll(simulator: Simulator, turns: number, perTurn: number): Promise<Expected[]> {
  const expected: Expected[] = userIds.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (let index = 0; index < perTurn; index++) {
      const content = `${turn}/${index}`.padEnd(sizes[(turn * 7 + index * 3) % sizes.length]!);
      const message = { fromUserId: 'sender', toUserId: userIds, objectName: 'app:mood', content };
      const { messageUIDs } = simulator.publish(message);
      for (const [who, { messageUID }] of messageUIDs.entries()) expected[who]!.push({ messageUID, content });
    }
    await new Promise(setImmediate);
  }
  return expected;
}

async function received(session: RawSession): Promise<Expected> {
  const frames = await session.settle();
  return frames.flatMap((frame) => {
    return frame.type === 'status' ? [{ messageUID: frame.messageUID, content: frame.content }] : [];
  });
}

/** A list of thousands, told in one line: the first difference. */
function difference(actual: Expected, expected: Expected): string {
  const index = expected.findIndex(({ messageUID, content }, at) => {
    return actual[at]?.messageUID !== messageUID || actual[at].content !== content;
  });
  if (index !== -1) return `another frame at ${index}: ${JSON.stringify(actual[index])?.slice(0, 100)}`;
  return actual.length === expected.length ? 'none' : `${actual.length - expected.length} frames too many`;
}

const ways = [
  { way: 'writes frames of its own', extensions: '' },
  { way: 'goes through ws.send()', extensions: 'permessage-deflate' },
];

describe.each(ways)('a connection that $way', ({ extensions }) => {
  it.override('options', { backlogBytes: Infinity, recipientsPerMinute: Infinity });

  beforeEach(() => {
    vi.spyOn(WebSocket.prototype, 'extensions', 'get').mockReturnValue(extensions);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('B1.4 gives each session its own messageUIDs, in order, when all of them read', async ({
    simulator,
    sessions,
  }) => {
    const expected = await publishToAll(simulator, 20, 5);
    const lists = await Promise.all(sessions.map(received));
    expect(lists.map((list, who) => difference(list, expected[who]!))).toEqual(userIds.map(() => 'none'));
  });

  it('B1.4 gives each session its own messageUIDs, in order, when none of them reads for a while', async ({
    simulator,
    sessions,
  }) => {
    for (const { socket } of sessions) socket.pause();
    const expected = await publishToAll(simulator, 80, 5);
    for (const { socket } of sessions) socket.resume();
    const lists = await Promise.all(sessions.map(received));
    expect(lists.map((list, who) => difference(list, expected[who]!))).toEqual(userIds.map(() => 'none'));
  });

  it('B1.4 gives each session its own messageUIDs, in order, when some read and some do not', async ({
    simulator,
    sessions,
  }) => {
    const slow = sessions.filter((_, who) => who % 2 === 0);
    for (const { socket } of slow) socket.pause();
    const expected = await publishToAll(simulator, 80, 5);
    for (const { socket } of slow) socket.resume();
    const lists = await Promise.all(sessions.map(received));
    expect(lists.map((list, who) => difference(list, expected[who]!))).toEqual(userIds.map(() => 'none'));
  });

  it('B5.12 answers stand between messages, never inside of one', async ({ simulator, sessions }) => {
    for (const session of sessions) {
      session.socket.pause();
      for (let id = 0; id < 50; id++) session.send({ type: 'sync', id: String(id) });
    }
    const expected = await publishToAll(simulator, 80, 5);
    for (const { socket } of sessions) socket.resume();
    const lists = await Promise.all(sessions.map(received));
    expect(lists.map((list, who) => difference(list, expected[who]!))).toEqual(userIds.map(() => 'none'));
  });
});

describe('the check above', () => {
  it.override('options', { backlogBytes: Infinity, recipientsPerMinute: Infinity });

  it('forces back-pressure: without it, it would prove nothing', async ({ simulator, sessions }) => {
    const abandonHead = vi.spyOn(EncodedFrame.prototype, 'abandonHead');
    for (const { socket } of sessions) socket.pause();
    await publishToAll(simulator, 80, 5);
    const times = abandonHead.mock.calls.length;
    abandonHead.mockRestore();
    expect(times).toBeGreaterThan(100);
  });
});

describe('in one turn of the event loop', () => {
  const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

  it.for([1, 2, 100])(
    'B1.9 all of %i messages are written when it ends, at once',
    async (count, { simulator, openRaw }) => {
      const sockets = serverSockets();
      await openRaw('bob');
      const write = vi.spyOn(sockets[0]!, 'write');
      for (let index = 0; index < count; index++) simulator.publish(message);
      await new Promise(setImmediate);
      expect(write).toHaveBeenCalledOnce();
    },
  );

  it('messages over 64 KiB together are not gathered for longer', async ({ simulator, openRaw }) => {
    const sockets = serverSockets();
    await openRaw('bob');
    const write = vi.spyOn(sockets[0]!, 'write');
    for (let index = 0; index < 70; index++) simulator.publish({ ...message, content: 'x'.repeat(1024) });
    expect(write).toHaveBeenCalledOnce();
  });

  it('a large message is written at once, with one write for its head and one for the rest', async ({
    simulator,
    openRaw,
  }) => {
    const sockets = serverSockets();
    await openRaw('bob');
    const write = vi.spyOn(sockets[0]!, 'write');
    simulator.publish({ ...message, content: 'x'.repeat(100_000) });
    expect(write).toHaveBeenCalledTimes(2);
  });
});
