import { once } from 'node:events';
import { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { flushAtEndOfTurn } from '../../server/edge/write-batch.ts';
import { FastWriter, SocketWriter } from '../../server/gateway/fast-frames/fast-writer.ts';
import { PlainWriter } from '../../server/gateway/plain-writer.ts';
import type { Simulator } from '../../server/index.ts';
import { needsSocket } from '../fixtures/connection.ts';
import { frameWriters } from '../fixtures/frame-writers.ts';
import { it as base, type RawSession } from '../fixtures/raw-session.ts';
import { serverSockets } from '../fixtures/server-sockets.ts';

const userIds = Array.from({ length: 12 }, (_, index) => `user ${index}`);

const writtenPastWs = 'Only to sockets of the system are frames written past ws.';

/** Small ones that are gathered, large ones that are split, and those at the borders of both. */
const mixedSizes = [1, 60, 200, 1000, 4000, 16_000, 16_300, 17_000, 40_000, 66_000];

const it = base.extend('sessions', ({ openRaw }) => Promise.all(userIds.map((userId) => openRaw(userId))));

/** What one session must get: its own messageUID of each publish, in order. */
type Expected = { messageUID: string; content: string }[];

/** Publishes to all, several times in each turn of the event loop; returns what each must get. */
async function publishToAll(
  simulator: Simulator,
  turns: number,
  perTurn: number,
  sizes = mixedSizes,
): Promise<Expected[]> {
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

/** Each of the sessions got what it must, and nothing else. */
async function expectOwn(sessions: RawSession[], expected: Expected[]): Promise<void> {
  const lists = await Promise.all(sessions.map(received));
  expect(lists.map((list, who) => difference(list, expected[who]!))).toEqual(userIds.map(() => 'none'));
}

/** What a client must get whichever way its frames are written. */
describe.each(frameWriters)('with $frames frames', ({ plainFrames }) => {
  const Writer = plainFrames ? PlainWriter : FastWriter;
  it.override('plainFrames', plainFrames);

  describe('a connection', () => {
    it.override('options', { backlogBytes: Infinity, recipientsPerMinute: Infinity });

    it('B1.4 gives each session its own messageUIDs, in order, when all of them read', async ({
      simulator,
      sessions,
    }) => {
      const expected = await publishToAll(simulator, 20, 5);
      await expectOwn(sessions, expected);
    });

    it('B1.4 gives each session its own messageUIDs, in order, when none of them reads for a while', async ({
      simulator,
      sessions,
    }) => {
      for (const { socket } of sessions) socket.pause();
      const expected = await publishToAll(simulator, 80, 5);
      for (const { socket } of sessions) socket.resume();
      await expectOwn(sessions, expected);
    });

    it('B1.4 gives each session its own messageUIDs, in order, when some read and some do not', async ({
      simulator,
      sessions,
    }) => {
      const slow = sessions.filter((_, who) => who % 2 === 0);
      for (const { socket } of slow) socket.pause();
      const expected = await publishToAll(simulator, 80, 5);
      for (const { socket } of slow) socket.resume();
      await expectOwn(sessions, expected);
    });

    it('B5.12 answers stand between messages, never inside of one', async ({ simulator, sessions }) => {
      for (const session of sessions) {
        session.socket.pause();
        for (let id = 0; id < 50; id++) session.send({ type: 'sync', id: String(id) });
      }
      const expected = await publishToAll(simulator, 80, 5);
      for (const { socket } of sessions) socket.resume();
      await expectOwn(sessions, expected);
    });

    it('the checks above force back-pressure: without it, it would prove nothing', async ({
      simulator,
      openRaw,
    }) => {
      const sockets = serverSockets();
      const sessions = await Promise.all(userIds.map((userId) => openRaw(userId)));
      for (const { socket } of sessions) socket.pause();
      await publishToAll(simulator, 80, 5);
      expect(sockets.filter((socket) => socket.writableLength > 0).length).toBe(userIds.length);
    });
  });

  describe('in one turn of the event loop', () => {
    const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

    it('B1.9 messages are written when it ends, and together', async ({ simulator, openRaw }) => {
      const sockets = serverSockets();
      const bob = await openRaw('bob');
      const writes = vi.spyOn(sockets[0]!, 'write');
      const flush = vi.spyOn(Writer.prototype, 'flush');
      onTestFinished(() => void vi.restoreAllMocks());
      for (let count = 0; count < 100; count++) simulator.publish(message);
      expect([writes.mock.calls.length, flush.mock.calls.length]).toEqual([0, 0]);
      await new Promise(setImmediate);
      expect(flush).toHaveBeenCalledOnce();
      expect(await bob.settle()).toHaveLength(100);
    });

    it('B1.9 the answer goes out behind the message', async ({ openRaw, publish }) => {
      needsSocket(writtenPastWs);
      await openRaw('bob');
      const write = vi.spyOn(Writer.prototype, 'flush');
      const end = vi.spyOn(ServerResponse.prototype, 'end');
      onTestFinished(() => void vi.restoreAllMocks());
      await publish(message);
      expect(end).toHaveBeenCalledAfter(write);
    });
  });

  describe('while what was handed over waits for a later turn', () => {
    const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };
    const many = 10_000;

    /** Each turn is busy with a single one of these. */
    function keepBusy(): void {
      let now = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => {
        now += 10;
        return now;
      });
      for (let count = 0; count < many; count++) flushAtEndOfTurn({ flush() {} });
      onTestFinished(() => {
        vi.restoreAllMocks();
        return new Promise<void>((flush) => flushAtEndOfTurn({ flush })); // the last of them: no test after it waits
      });
    }

    it('B1.9 the pong that answers a client comes behind it', async ({ simulator, openRaw }) => {
      const bob = await openRaw('bob');
      const framesAtPong = once(bob.socket, 'pong').then(() => bob.frames.length);
      keepBusy();
      simulator.publish(message);
      bob.socket.ping();
      expect(await framesAtPong).toBe(2);
    });

    it('B1.9 the answer to a frame comes behind it', async ({ simulator, openRaw }) => {
      const bob = await openRaw('bob');
      keepBusy();
      simulator.publish(message);
      expect(await bob.settle()).toMatchObject([{ type: 'status' }]);
    });

    it('B1.9 the message that a frame brings comes behind it', async ({ simulator, openRaw }) => {
      const bob = await openRaw('bob');
      keepBusy();
      simulator.publish(message);
      bob.send({ type: 'publish', id: 'p1', toUserId: ['bob'], objectName: 'app:mood', content: 'better' });
      const contents = [await bob.next(), await bob.next(), await bob.next()].map((frame) => {
        return 'content' in frame ? frame.content : frame.type;
      });
      expect(contents).toEqual(['fine', 'better', 'published']);
    });

    it('B1.10 a close comes behind it', async ({ simulator, openRaw }) => {
      const bob = await openRaw('bob');
      keepBusy();
      simulator.publish(message);
      bob.socket.close();
      await bob.closed;
      expect(bob.frames).toMatchObject([{ type: 'connected' }, { type: 'status' }]);
    });
  });
});

it('B6.7 a pong confirms what was asked before it, and nothing that was asked since', async ({
  simulator,
  openRaw,
}) => {
  const bob = await openRaw('bob', { autoPong: false });
  let isSecondDone = false;
  const first = simulator.app().settle(60_000);
  const [firstPing] = await once(bob.socket, 'ping');
  const second = simulator.app().settle(60_000);
  void second.then(() => {
    isSecondDone = true;
  });
  const [secondPing] = await once(bob.socket, 'ping');
  bob.socket.pong(firstPing);
  await first;
  await bob.settle();
  expect(isSecondDone).toBe(false);
  bob.socket.pong(secondPing);
  await second;
});

describe('a client that takes nothing', () => {
  it.override('options', { backlogBytes: 64 * 1024 });

  it('B1.12 is closed when the answers to its pings are twice its budget', async ({ simulator, openRaw }) => {
    const bob = await openRaw('bob');
    const ended = new Promise((resolve) => simulator.on('session', resolve));
    simulator.app().faults.set({ fault: 'freeze', userId: 'bob' });
    for (let count = 0; count < 2000; count++) bob.socket.ping(Buffer.alloc(125));
    expect(await ended).toMatchObject({ state: 'closed', code: 4008 });
  });
});

describe('a client that takes nothing of what may not be dropped', () => {
  it.override('options', { backlogBytes: 64 * 1024 });

  it.for([{ type: 'subscribe', id: '1', userIds }, { type: 'sync', id: 'x'.repeat(64) }, { type: 'none' }])(
    'B1.12 is closed when the answers to its frames of type $type are twice its budget',
    async (frame, { simulator, openRaw }) => {
      const bob = await openRaw('bob');
      const ended = new Promise((resolve) => simulator.on('session', resolve));
      simulator.app().faults.set({ fault: 'freeze', userId: 'bob' });
      for (let count = 0; count < 4000; count++) bob.socket.send(JSON.stringify(frame));
      expect(await ended).toMatchObject({ state: 'closed', code: 4008 });
    },
  );
});

describe('with fast frames', () => {
  const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };

  it.for([
    { count: 1, writes: 1 },
    { count: 2, writes: 1 },
    { count: 100, writes: 1 },
    { count: 70, bytes: 1024, writes: 2 },
    { count: 3, bytes: 100_000, writes: 3 },
  ])(
    'B1.9 all of $count messages are written when it ends, up to 64 KiB at once',
    async ({ count, bytes = 10, writes }, { simulator, openRaw }) => {
      needsSocket(writtenPastWs);
      await openRaw('bob');
      const write = vi.spyOn(SocketWriter.prototype, 'write');
      onTestFinished(() => write.mockRestore());
      const content = 'x'.repeat(bytes);
      for (let index = 0; index < count; index++) simulator.publish({ ...message, content });
      expect(write).not.toHaveBeenCalled();
      await new Promise(setImmediate);
      expect(write).toHaveBeenCalledTimes(writes);
    },
  );

  it('large messages that have to wait share their memory', async ({ simulator, openRaw }) => {
    const sockets = serverSockets();
    for (const userId of ['bob', 'carol']) (await openRaw(userId)).socket.pause();
    const writes = sockets.map((socket) => vi.spyOn(socket, 'write'));
    const waiting = () => writes.map(({ mock }) => (mock.calls.at(-1)?.[0] as Buffer | undefined)?.buffer);
    while (waiting().includes(undefined)) {
      for (const write of writes) write.mockClear();
      simulator.publish({ ...message, toUserId: ['bob', 'carol'], content: 'x'.repeat(100_000) });
      await new Promise(setImmediate);
    }
    const [bobs, carols] = waiting();
    expect(bobs).toBe(carols);
  });

  describe('and no limits', () => {
    it.override('options', { backlogBytes: Infinity, recipientsPerMinute: Infinity });

    it('finds a server that writes the next messageUID over one that is not sent yet', async ({
      simulator,
      openRaw,
    }) => {
      needsSocket(writtenPastWs);
      const { write } = SocketWriter.prototype;
      vi.spyOn(SocketWriter.prototype, 'write').mockImplementation(function (
        this: SocketWriter,
        bytes,
        length,
        keptFrom,
      ) {
        const isOneFrame = bytes.length === length;
        write.call(this, bytes, length, isOneFrame ? 0 : keptFrom);
      });
      onTestFinished(() => void vi.restoreAllMocks());
      const sessions = await Promise.all(userIds.map((userId) => openRaw(userId)));
      for (const { socket } of sessions) socket.pause();
      const expected = await publishToAll(simulator, 300, 1, [16_000]);
      for (const { socket } of sessions) socket.resume();
      const lists = await Promise.all(sessions.map(received));
      const differences = lists.map((list, who) => difference(list, expected[who]!));
      expect(differences).not.toEqual(userIds.map(() => 'none'));
    });
  });

  it('a connection with extensions is written to by `ws.send()`', async ({ simulator, openRaw }) => {
    vi.spyOn(WebSocket.prototype, 'extensions', 'get').mockReturnValue('permessage-deflate');
    const flush = vi.spyOn(PlainWriter.prototype, 'flush');
    onTestFinished(() => void vi.restoreAllMocks());
    const bob = await openRaw('bob');
    simulator.publish(message);
    expect(await bob.settle()).toMatchObject([{ type: 'status' }]);
    expect(flush).toHaveBeenCalled();
  });
});
