import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { ReceivedFrame } from '../../client-sim/inbox.ts';
import { MessageTypes } from '../../client-sim/message-types.ts';
import {
  type AppMessage,
  type Conversation,
  ReceivingApp,
  type ReceivingAppOptions,
} from '../../client-sim/receiving-app.ts';
import type { EchoFrame, StatusFrame } from '../../server/protocol/frames.ts';
import { catchUncaught } from '../fixtures/uncaught.ts';
import { echoFrame, statusFrame } from './scripted-server.ts';

const bob = { userId: 'bob' };
const carol = { userId: 'carol' };

/** Ann's app, which knows one custom type of each kind. */
function appOf(options: Partial<ReceivingAppOptions> = {}): ReceivingApp {
  const app = new ReceivingApp({ userId: 'ann', ...options });
  app.registerMessageType('app:both', { stored: true, counted: true });
  app.registerMessageType('app:stored', { stored: true, counted: false });
  app.registerMessageType('app:counted', { stored: false, counted: true });
  app.registerMessageType('app:neither', { stored: false, counted: false });
  return app;
}

const status = (fields: Partial<StatusFrame> = {}) => statusFrame({ objectName: 'RC:TxtMsg', ...fields });
const echo = (fields: Partial<EchoFrame> = {}) => echoFrame({ objectName: 'RC:TxtMsg', ...fields });
const toBobAndCarol = [
  { userId: 'bob', messageUID: 'uid-bob' },
  { userId: 'carol', messageUID: 'uid-carol' },
];

interface Row {
  title: string;
  frame: ReceivedFrame;
  /** Where it is filed. */
  conversation: Conversation;
  stored: boolean;
  unread: number;
  parsable: boolean;
}

const rows: Row[] = [
  ...[
    { objectName: 'RC:TxtMsg', stored: true, unread: 1, parsable: true },
    { objectName: 'RC:InfoNtf', stored: true, unread: 0, parsable: true },
    { objectName: 'RC:TypSts', stored: false, unread: 0, parsable: true },
    { objectName: 'app:both', stored: true, unread: 1, parsable: true },
    { objectName: 'app:stored', stored: true, unread: 0, parsable: true },
    { objectName: 'app:counted', stored: false, unread: 1, parsable: true },
    { objectName: 'app:neither', stored: false, unread: 0, parsable: true },
    { objectName: 'app:unregistered', stored: false, unread: 0, parsable: false },
    { objectName: 'RC:Unknown', stored: false, unread: 0, parsable: false },
  ].map((row) => ({
    title: row.objectName,
    frame: status({ objectName: row.objectName }),
    conversation: bob,
    ...row,
  })),
  {
    title: 'one that the service stores',
    frame: status({ objectName: 'app:neither', stored: true }),
    conversation: bob,
    stored: false, // that is for its type to say
    unread: 0,
    parsable: true,
  },
  {
    title: 'a message in a group',
    frame: status({ channelType: 'GROUP', groupId: 'g' }),
    conversation: { groupId: 'g' },
    stored: true,
    unread: 1,
    parsable: true,
  },
  {
    title: 'the own echo',
    frame: echo(),
    conversation: bob,
    stored: true,
    unread: 0,
    parsable: true,
  },
  {
    title: 'the own echo of an unregistered type',
    frame: echo({ objectName: 'app:unregistered' }),
    conversation: bob,
    stored: false,
    unread: 0,
    parsable: false,
  },
  {
    title: 'the own message as a recipient',
    frame: status({ fromUserId: 'ann' }),
    conversation: { userId: 'ann' },
    stored: true,
    unread: 0,
    parsable: true,
  },
  {
    title: 'the own message in a group',
    frame: status({ channelType: 'GROUP', groupId: 'g', fromUserId: 'ann' }),
    conversation: { groupId: 'g' },
    stored: true,
    unread: 0,
    parsable: true,
  },
];

it.each(rows)('A1 A7 $title: unread $unread', ({ frame, conversation, unread }) => {
  const app = appOf();
  app.receive(frame);
  expect(app.unread(conversation)).toBe(unread);
});

it.each(rows)('A1 A7 $title: stored $stored', ({ frame, conversation, stored }) => {
  const app = appOf();
  app.receive(frame);
  expect(app.stored(conversation)).toHaveLength(stored ? 1 : 0);
});

it.each(rows)('A1 $title: parsable $parsable', ({ frame, parsable }) => {
  expect(appOf().receive(frame)).toMatchObject([{ parsable }]);
});

it.each(rows)('$title: told, and marked with what became of it', ({ frame, ...row }) => {
  const told: AppMessage[] = [];
  appOf({ onMessage: (message) => told.push(message) }).receive(frame);
  const { conversation, stored, unread } = row;
  expect(told).toMatchObject([{ conversation, stored, counted: unread === 1 }]);
});

it('a message is taken with all that came with it', () => {
  const [message] = appOf().receive(status({ content: '{"content":"hi"}', sentTime: 7 }));
  expect(message).toEqual({
    conversation: bob,
    messageUID: '5GSB-RPM1-KP8H-9JHF',
    fromUserId: 'bob',
    objectName: 'RC:TxtMsg',
    content: '{"content":"hi"}',
    sentTime: 7,
    own: false,
    parsable: true,
    stored: true,
    counted: true,
  });
});

it('B1.6 an echo is filed under each recipient, with its own messageUID', () => {
  const app = appOf();
  app.receive(echo({ messageUIDs: toBobAndCarol }));
  const filed = [bob, carol].map((conversation) => app.stored(conversation));
  expect(filed).toMatchObject([
    [{ messageUID: 'uid-bob', own: true }],
    [{ messageUID: 'uid-carol', own: true }],
  ]);
});

it('a user and a group of the same name are two conversations', () => {
  const app = appOf();
  app.receive(status({ channelType: 'GROUP', groupId: 'bob' }));
  expect(app.unread(bob)).toBe(0);
});

it('the unread number grows with each counted message', () => {
  const app = appOf();
  for (const content of ['{}', '{}', '{}']) app.receive(status({ content }));
  expect(app.unread(bob)).toBe(3);
});

it('the total unread is that of all conversations', () => {
  const app = appOf();
  app.receive(status());
  app.receive(status({ fromUserId: 'carol' }));
  app.receive(status({ channelType: 'GROUP', groupId: 'g' }));
  expect(app.totalUnread).toBe(3);
});

it('markRead sets one unread number to zero', () => {
  const app = appOf();
  app.receive(status());
  app.receive(status({ fromUserId: 'carol' }));
  app.markRead({ userId: 'bob' });
  expect([bob, carol].map((conversation) => app.unread(conversation))).toEqual([0, 1]);
});

it('markRead leaves the store alone', () => {
  const app = appOf();
  app.receive(status());
  app.markRead(bob);
  expect(app.stored(bob)).toHaveLength(1);
});

it('markRead of an unknown conversation opens none', () => {
  const app = appOf();
  app.markRead(bob);
  expect(app.conversations).toEqual([]);
});

it('the conversations are listed, the oldest first', () => {
  const app = appOf();
  app.receive(status());
  app.receive(status({ channelType: 'GROUP', groupId: 'g', objectName: 'app:counted' }));
  app.receive(status());
  expect(app.conversations).toEqual([
    { conversation: bob, unread: 2 },
    { conversation: { groupId: 'g' }, unread: 1 },
  ]);
});

it.each(['RC:TypSts', 'app:unregistered'])('%s opens no conversation', (objectName) => {
  const app = appOf();
  app.receive(status({ objectName }));
  expect(app.conversations).toEqual([]);
});

it('what the app hands out is a copy', () => {
  const app = appOf();
  app.receive(status());
  app.conversations[0]!.unread = 9;
  expect(app.unread(bob)).toBe(1);
});

it('the store keeps the latest messages', () => {
  const app = appOf({ storeLimit: 2 });
  for (const content of ['1', '2', '3']) app.receive(status({ content }));
  expect(app.stored().map(({ content }) => content)).toEqual(['2', '3']);
});

it('a message that leaves the store stays counted', () => {
  const app = appOf({ storeLimit: 1 });
  app.receive(status());
  app.receive(status());
  expect(app.unread(bob)).toBe(2);
});

it.each([1.5, '5'])('a store of %j messages is refused', (storeLimit) => {
  const refusal = `A store keeps a whole number of messages, not ${JSON.stringify(storeLimit)}.`;
  expect(() => appOf({ storeLimit: storeLimit as number })).toThrow(new RangeError(refusal));
});

it('what onMessage throws is uncaught, and every message is taken all the same', async () => {
  const uncaught = catchUncaught();
  const app = appOf({
    onMessage: () => {
      throw new Error('my onMessage');
    },
  });
  app.receive(echo({ messageUIDs: toBobAndCarol }));
  await new Promise(setImmediate);
  expect([app.stored().length, uncaught.length]).toEqual([2, 2]);
});

it.each([0, -1, Number.NaN])('a store of %d messages is refused', (storeLimit) => {
  expect(() => appOf({ storeLimit })).toThrow(
    new RangeError(`A store keeps at least 1 message, not ${storeLimit}.`),
  );
});

it('A1 a type registered too late does not repair what came before', () => {
  const app = appOf();
  app.receive(status({ objectName: 'app:late' }));
  app.registerMessageType('app:late', { stored: true, counted: true });
  expect(app.stored()).toEqual([]);
});

it('A1 a type registered by one app is unknown to another', () => {
  appOf();
  const other = new ReceivingApp({ userId: 'ann' });
  expect(other.receive(status({ objectName: 'app:both' }))).toMatchObject([{ parsable: false }]);
});

it('apps may share their types', () => {
  const types = new MessageTypes();
  appOf({ types });
  const other = new ReceivingApp({ userId: 'ann', types });
  expect(other.receive(status({ objectName: 'app:both' }))).toMatchObject([{ parsable: true }]);
});

/** As much of a session as an app needs. */
class Session extends EventEmitter<{ status: [StatusFrame]; echo: [EchoFrame] }> {
  readonly userId = 'ann';
  readonly received: ReceivedFrame[] = [];
}

function attach(app: ReceivingApp, session: Session): void {
  app.attach(session as unknown as Parameters<ReceivingApp['attach']>[0]);
}

it('an attached session feeds the app', () => {
  const app = appOf();
  const session = new Session();
  attach(app, session);
  session.emit('status', status({ content: 'received' }));
  session.emit('echo', echo({ content: 'echoed' }));
  expect(app.stored(bob).map(({ content }) => content)).toEqual(['received', 'echoed']);
});

it('what a session had received before it was attached is taken too', () => {
  const app = appOf();
  const session = new Session();
  session.received.push(status());
  attach(app, session);
  expect(app.unread(bob)).toBe(1);
});

it('an app lives through several sessions', () => {
  const app = appOf();
  for (const session of [new Session(), new Session()]) {
    attach(app, session);
    session.emit('status', status());
  }
  expect(app.unread(bob)).toBe(2);
});

it('the session of another user is refused', () => {
  const app = new ReceivingApp({ userId: 'bob' });
  expect(() => attach(app, new Session())).toThrow('The app of bob cannot take what ann receives.');
});
