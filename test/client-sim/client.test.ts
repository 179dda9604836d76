import { once } from 'node:events';
import { expect, expectTypeOf, it } from 'vitest';
import { type ClientEvents, type Closing, PublishError } from '../../client-sim/client.ts';
import type { ReceivedFrame } from '../../client-sim/inbox.ts';
import type { EchoFrame, ErrorFrame, PresenceFrame, StatusFrame } from '../../server/protocol/frames.ts';
import { catchUncaught } from '../fixtures/uncaught.ts';
import { echoFrame, openSession, type Peer, statusFrame } from './scripted-server.ts';

const message = { toUserId: 'bob', objectName: 'RC:TypSts', content: '{}' };
const messageUIDs = [{ userId: 'bob', messageUID: '5GSB-RPM1-KP8H-9JHF' }];
const bobOnline: PresenceFrame = { type: 'presence', userId: 'bob', online: true, at: 1 };

it('B1.9 settle lets everything sent before arrive', async () => {
  const { client, peer } = await openSession();
  peer.send(statusFrame(), echoFrame());
  await client.settle();
  expect(client.received).toEqual([statusFrame(), echoFrame()]);
});

it('settle rejects when its answer does not come in time', async () => {
  const { client, peer } = await openSession();
  peer.answersSync = false;
  await expect(client.settle({ timeoutMs: 1 })).rejects.toThrow(
    'No answer to a sync: none came within 1 ms.',
  );
});

it('settle rejects when the sync is refused', async () => {
  const { client, peer } = await openSession();
  peer.answersSync = false;
  const settling = client.settle();
  peer.send({ type: 'error', id: '1', code: 1000, errorMessage: 'Internal logic error.' });
  await expect(settling).rejects.toThrow('The sync was refused: Internal logic error.');
});

it('received holds status and echo frames only', async () => {
  const { client, peer } = await openSession();
  peer.send(bobOnline, statusFrame());
  await client.settle();
  expect(client.received).toEqual([statusFrame()]);
});

it('received is bounded by inboxLimit', async () => {
  const { client, peer } = await openSession({ inboxLimit: 1 });
  peer.send(statusFrame(), echoFrame());
  await client.settle();
  expect([client.received, client.discarded]).toEqual([[echoFrame()], 1]);
});

it('received is bounded by inboxBytes, of frames as they come over the wire', async () => {
  const large = statusFrame({ content: '你'.repeat(100) });
  const { client, peer } = await openSession({ inboxBytes: Buffer.byteLength(JSON.stringify(large)) });
  peer.send(statusFrame(), large, statusFrame({ content: '你'.repeat(101) }));
  await client.settle();
  expect([client.received, client.discarded]).toEqual([[large], 2]);
});

it('next gives the frame that matches', async () => {
  const { client, peer } = await openSession();
  peer.send(statusFrame(), echoFrame());
  await expect(client.next({ type: 'echo' })).resolves.toEqual(echoFrame());
});

it('next rejects in time, saying what had arrived', async () => {
  const { client, peer } = await openSession();
  peer.send(statusFrame());
  await client.settle();
  const vain = client.next({ type: 'echo' }, { timeoutMs: 1 });
  await expect(vain).rejects.toThrow('Had arrived: status RC:TypSts from bob "{}".');
});

it('next waits as long as the connection was told to wait', async () => {
  const { client } = await openSession({ timeoutMs: 1000 });
  await expect(client.next()).rejects.toThrow('No frame arrived within 1000 ms.');
});

it('next knows the type of a frame by its match', async () => {
  const { client, peer } = await openSession();
  peer.send(echoFrame());
  const { messageUIDs } = await client.next({ type: 'echo', fromUserId: 'ann' });
  expectTypeOf(messageUIDs).toEqualTypeOf<EchoFrame['messageUIDs']>();
  expectTypeOf(client.next({ type: 'status' })).resolves.toEqualTypeOf<StatusFrame>();
  expectTypeOf(client.next((frame) => frame.type === 'echo')).resolves.toEqualTypeOf<ReceivedFrame>();
});

it('look gives all that match and takes none', async () => {
  const { client, peer } = await openSession();
  const looking = client.look({ type: 'echo' });
  peer.send(statusFrame(), echoFrame());
  expect([await looking, client.untaken]).toEqual([[echoFrame()], [statusFrame(), echoFrame()]]);
});

it('look is called off by its signal', async () => {
  const { client } = await openSession();
  await expect(client.look({}, { timeoutMs: Infinity, signal: AbortSignal.timeout(1) })).resolves.toEqual([]);
});

it('iterating gives the frames until the session closes', async () => {
  const { client, peer } = await openSession();
  peer.send(statusFrame(), echoFrame());
  peer.socket.close(1001);
  const seen: ReceivedFrame[] = [];
  for await (const frame of client) seen.push(frame);
  expect(seen).toEqual([statusFrame(), echoFrame()]);
});

it('B5 publish resolves with the messageUIDs of its answer', async () => {
  const { client, peer } = await openSession();
  peer.onPublish = ({ id }) => peer.send({ type: 'published', id, messageUIDs });
  await expect(client.publish(message)).resolves.toEqual(messageUIDs);
});

it('B5 publish sends its fields in the words of the wire', async () => {
  const { client, peer } = await openSession();
  peer.onPublish = ({ id }) => peer.send({ type: 'published', id, messageUIDs });
  await client.publish({
    ...message,
    toUserId: ['bob', 'eve'],
    verifyBlacklist: true,
    isIncludeSender: false,
  });
  expect(peer.frames).toEqual([
    {
      type: 'publish',
      id: '1',
      toUserId: ['bob', 'eve'],
      objectName: 'RC:TypSts',
      content: '{}',
      verifyBlacklist: 1,
      isIncludeSender: 0,
    },
  ]);
});

it('B5 fields are published as they are, in a publish frame all the same', async () => {
  const { client, peer } = await openSession();
  peer.onPublish = ({ id }) => peer.send({ type: 'published', id, messageUIDs: [] });
  await client.publishFields({ type: 'sync', id: 'mine', toUserId: 7, note: [null] });
  expect(peer.frames).toEqual([{ type: 'publish', id: '1', toUserId: 7, note: [null] }]);
});

it('answers in another order reach their own publish', async () => {
  const { client, peer } = await openSession();
  const ids: string[] = [];
  peer.onPublish = ({ id }) => {
    ids.unshift(id);
    if (ids.length < 2) return;
    for (const id of ids)
      peer.send({ type: 'published', id, messageUIDs: [{ userId: 'bob', messageUID: id }] });
  };
  const answers = await Promise.all([client.publish(message), client.publish(message)]);
  expect(answers.flat().map(({ messageUID }) => messageUID)).toEqual(['1', '2']);
});

it('a refused publish rejects with code and message', async () => {
  const { client, peer } = await openSession();
  peer.onPublish = ({ id }) => peer.send({ type: 'error', id, code: 1008, errorMessage: 'too fast' });
  const refusal = await client.publish(message).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(PublishError);
  expect(refusal).toMatchObject({
    code: 1008,
    errorMessage: 'too fast',
    message: 'The publish was refused with 1008: too fast',
  });
});

it('an error frame that answers nothing is an event', async () => {
  const { client, peer } = await openSession();
  const errors: unknown[] = [];
  client.on('error-frame', (frame) => errors.push(frame));
  const error = { type: 'error', code: 1002, errorMessage: 'no' } as const;
  peer.send(error, { ...error, id: '77' });
  await client.settle();
  expect(errors).toEqual([error, { ...error, id: '77' }]);
});

it('an error frame that nobody listens to does no harm', async () => {
  const { client, peer } = await openSession();
  peer.send({ type: 'error', code: 1002, errorMessage: 'no' });
  await expect(client.settle()).resolves.toBeUndefined();
});

it('B5 subscribe resolves once the presence is known', async () => {
  const { client, peer } = await openSession();
  peer.socket.once('message', () => peer.send(bobOnline));
  await client.subscribe(['bob']);
  expect(client.presenceOf('bob')).toBe(true);
});

it('B5 subscribe and unsubscribe name the users', async () => {
  const { client, peer } = await openSession();
  await client.subscribe(['bob', 'eve']);
  await client.unsubscribe(['eve']);
  expect(peer.frames.filter(({ type }) => type !== 'sync')).toEqual([
    { type: 'subscribe', id: expect.any(String), userIds: ['bob', 'eve'] },
    { type: 'unsubscribe', id: expect.any(String), userIds: ['eve'] },
  ]);
});

it('B5.11 subscribe rejects when the simulator refuses', async () => {
  const { client, peer } = await openSession();
  const refusal: ErrorFrame = { type: 'error', id: '1', code: 1002, errorMessage: 'no' };
  peer.socket.once('message', () => peer.send(refusal));
  await expect(client.subscribe(['bob'])).rejects.toThrow('The subscribe was refused with 1002: no');
});

it('presenceOf says what was told last', async () => {
  const { client, peer } = await openSession();
  peer.send(bobOnline, { ...bobOnline, online: false });
  await client.settle();
  expect(client.presenceOf('bob')).toBe(false);
});

it('presenceOf is undefined for a user never told of', async () => {
  const { client } = await openSession();
  expect(client.presenceOf('bob')).toBeUndefined();
});

const events: [keyof ClientEvents, string[]][] = [
  ['frame', ['status', 'echo', 'presence', 'synced']],
  ['status', ['status']],
  ['echo', ['echo']],
  ['presence', ['presence']],
];

it.each(events)('a listener to %s hears %j', async (event, heard) => {
  const { client, peer } = await openSession();
  const types: unknown[] = [];
  client.on(event, (frame) => types.push('type' in frame && frame.type));
  peer.send(statusFrame(), echoFrame(), bobOnline);
  await client.settle();
  expect(types).toEqual(heard);
});

const throwing: [keyof ClientEvents, (peer: Peer) => void][] = [
  ['frame', (peer) => peer.send(statusFrame())],
  ['status', (peer) => peer.send(statusFrame())],
  ['echo', (peer) => peer.send(echoFrame())],
  ['presence', (peer) => peer.send(bobOnline)],
  ['error-frame', (peer) => peer.send({ type: 'error', code: 1002, errorMessage: 'no' })],
];

it.each(throwing)(
  'what a listener to %s throws is uncaught, and the session goes on',
  async (event, send) => {
    const uncaught = catchUncaught();
    const { client, peer } = await openSession();
    let heard = 0;
    client.on(event, () => {
      if (++heard === 1) throw new Error('my listener');
    });
    const others: unknown[] = [];
    client.on(event, (frame) => others.push(frame));
    send(peer);
    await client.settle();
    expect([uncaught, others.length > 0]).toEqual([[new Error('my listener')], true]);
    peer.send(statusFrame({ content: 'later' }));
    await expect(client.next({ type: 'status', content: 'later' })).resolves.toBeDefined();
    await client.close();
  },
);

it('B5 what a listener to close throws is uncaught, and whatever waits is rejected all the same', async () => {
  const uncaught = catchUncaught();
  const { client, peer } = await openSession();
  client.on('close', () => {
    throw new Error('my listener');
  });
  const waiting = client.next();
  peer.socket.close(1001);
  await expect(waiting).rejects.toThrow('closed with 1001');
  await client.close();
  expect(uncaught).toEqual([new Error('my listener')]);
});

it('what cannot be sent rejects, and nothing else', async () => {
  const { client } = await openSession();
  const cyclic: { self?: object } = {};
  cyclic.self = cyclic;
  await expect(client.publishFields(cyclic)).rejects.toThrow(TypeError);
  await expect(client.publish(undefined as never)).rejects.toThrow(TypeError);
  await expect(client.subscribe(undefined as never)).rejects.toThrow(TypeError);
  await expect(client.settle()).resolves.toBeUndefined();
});

it('B5 half of a surrogate pair is sent as U+FFFD, as a form would', async () => {
  const { client, peer } = await openSession();
  peer.onPublish = ({ id }) => peer.send({ type: 'published', id, messageUIDs });
  await client.publish({ toUserId: 'b\ud83d', objectName: 'app:mood', content: '👋\udc4b' });
  expect(peer.frames).toMatchObject([{ toUserId: ['b\ufffd'], content: '👋\ufffd' }]);
});

it('a listener that unsubscribed hears no more', async () => {
  const { client, peer } = await openSession();
  const heard: StatusFrame[] = [];
  const stop = client.on('status', (frame) => heard.push(frame));
  peer.send(statusFrame());
  await client.settle();
  stop();
  peer.send(statusFrame());
  await client.settle();
  expect(heard).toHaveLength(1);
});

it('a listener to close hears code and reason', async () => {
  const { client, peer } = await openSession();
  const closing = new Promise<Closing>((resolve) => client.on('close', resolve));
  peer.socket.close(4010, 'kicked');
  await expect(closing).resolves.toEqual({ code: 4010, reason: 'kicked' });
});

it('closed tells how the session ended', async () => {
  const { client, peer } = await openSession();
  peer.socket.close(4011, 'disconnected');
  await expect(client.closed).resolves.toEqual({ code: 4011, reason: 'disconnected' });
});

it('closing tells how the session ended, once it has', async () => {
  const { client, peer } = await openSession();
  const before = client.closing;
  peer.socket.close(4011, 'disconnected');
  await client.closed;
  expect([before, client.closing]).toEqual([undefined, { code: 4011, reason: 'disconnected' }]);
});

it('closed resolves when the connection breaks', async () => {
  const { client, peer } = await openSession();
  peer.socket.terminate();
  await expect(client.closed).resolves.toEqual({ code: 1006, reason: '' });
});

it('the end of the session rejects whatever waits, naming the close code', async () => {
  const { client, peer } = await openSession();
  peer.onPublish = () => peer.socket.close(4010, 'Another login.');
  peer.answersSync = false;
  const waiting = [client.next(), client.settle(), client.subscribe(['bob']), client.publish(message)];
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.message)).toEqual([
    'No frame arrived before the session closed with 4010 (Another login). Nothing had arrived.',
    'No answer to a sync: the session closed with 4010 (Another login).',
    'No answer to a sync: the session closed with 4010 (Another login).',
    'No answer to a publish: the session closed with 4010 (Another login).',
  ]);
});

it('a closed session refuses to publish', async () => {
  const { client } = await openSession();
  await client.close();
  await expect(client.publish(message)).rejects.toThrow(
    'No answer to a publish: the session closed with 1000.',
  );
});

it('promises that nobody looks at end no process', async () => {
  const { client, peer } = await openSession();
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  void client.next();
  void client.settle();
  void client.publish(message);
  peer.socket.terminate();
  await client.closed;
  await new Promise(setImmediate);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

it('close resolves once the session is closed', async () => {
  const { client, peer } = await openSession();
  const gone = once(peer.socket, 'close');
  await client.close();
  const [code] = await gone;
  expect(code).toBe(1000);
});

it('close may be called again', async () => {
  const { client } = await openSession();
  await client.close();
  await expect(client.close()).resolves.toBeUndefined();
});

it('close cuts a connection whose other end does not answer', async () => {
  const { client, peer } = await openSession({ timeoutMs: 1000 });
  peer.socket.pause();
  await client.close();
  await expect(client.closed).resolves.toMatchObject({ code: 1006 });
});

it('close waits for the other end as long as it is told', async () => {
  const { client, peer } = await openSession();
  peer.socket.pause();
  await client.close({ timeoutMs: 1 });
  await expect(client.closed).resolves.toMatchObject({ code: 1006 });
});

it('await using closes the session', async () => {
  const { client } = await openSession();
  {
    await using _session = client;
  }
  await expect(client.closed).resolves.toMatchObject({ code: 1000 });
});

it.each(['{"type":', 'null', '{}'])('%s is no frame, and ends the session', async (text) => {
  const { client, peer } = await openSession();
  peer.socket.send(text);
  await expect(client.closed).resolves.toMatchObject({ code: 1002 });
});

it('a frame of an unknown type does no harm', async () => {
  const { client, peer } = await openSession();
  peer.socket.send('{"type":"close"}');
  await expect(client.settle()).resolves.toBeUndefined();
});
