import pc from 'picocolors';
import { expect, it } from 'vitest';
import { clockTime } from '../../client-sim/cli/clock-time.ts';
import { violationLines } from '../../client-sim/cli/violation-lines.ts';
import type { ClientRecord, ReceiptRecord, StoryRecord } from '../../client-sim/swarm/violation-record.ts';

const session = { connectAt: 10, onlineAt: 20 };
const got: ReceiptRecord = { kind: 'status', at: 60, messageUID: 'UID', session };

const twice: ClientRecord = {
  userId: 'bob',
  due: 'status',
  was: 'online',
  verdict: 'must',
  messageUID: 'UID',
  got: [got, { ...got, at: 70 }],
  faults: ['duplicate'],
  sessions: [session],
};

const once: ClientRecord = { ...twice, userId: 'carol', got: [got], faults: [] };

const story: StoryRecord = {
  via: 'request',
  fromUserId: 'alice',
  toUserIds: ['bob', 'carol'],
  isIncludeSender: true,
  objectName: 'app:mood',
  sentAt: 40,
  answer: { outcome: 'accepted', at: 50 },
  clients: [twice, once],
};

const colors = pc.createColors(false);

const violation = { fault: 'duplicate', userId: 'bob', message: 7 } as const;

const lines = (fields: Partial<StoryRecord> = {}) => {
  return violationLines({ ...violation, story: { ...story, ...fields } }, colors);
};

it('tells what happened to the client, step by step, and in a line what became of the others', () => {
  expect(lines()).toEqual([
    'duplicate: message 7, bob',
    'app:mood from alice to 2 recipients, sent by a request of the back end, with an echo',
    '',
    'bob  was online, must get it: duplicate',
    `  ${clockTime(10)}  connecting`,
    `  ${clockTime(20)}  online`,
    `  ${clockTime(40)}  message sent`,
    `  ${clockTime(50)}  message accepted`,
    `  ${clockTime(60)}  got it`,
    `  ${clockTime(70)}  got it`,
    '',
    'Without violations:',
    `carol  was online, must get it, got it at ${clockTime(60)}`,
  ]);
});

it('tells of the session to which something came late', () => {
  const later = { connectAt: 80, onlineAt: 90, leaveAt: 110, goneAt: 120 };
  const late: ClientRecord = {
    ...twice,
    got: [{ ...got, at: 100, session: later }],
    faults: ['lost', 'late'],
  };
  expect(lines({ clients: [late] }).slice(-5)).toEqual([
    `  ${clockTime(80)}  connecting`,
    `  ${clockTime(90)}  online`,
    `  ${clockTime(100)}  got it`,
    `  ${clockTime(110)}  leaving`,
    `  ${clockTime(120)}  gone`,
  ]);
});

it('tells of a messageUID that is another one than the answer said', () => {
  const mixedUp: ClientRecord = { ...once, got: [{ ...got, messageUID: 'OTHER' }], faults: ['misdelivered'] };
  expect(lines({ clients: [mixedUp] })).toContain(`  ${clockTime(60)}  got it as OTHER, not as UID`);
});

it('tells of an echo', () => {
  const sender: ClientRecord = { ...once, due: 'echo', got: [{ ...got, kind: 'echo' }] };
  expect(lines({ clients: [sender] })).toContain(
    `carol  was online, must get the echo, got an echo at ${clockTime(60)}`,
  );
});

it('does not tell of all clients if there are many', () => {
  const many = [twice, once].flatMap((client) => Array.from({ length: 12 }, () => client));
  expect(lines({ clients: many }).filter((line) => line.startsWith('and '))).toEqual([
    'and 9 more with violations',
    'and 2 more like these',
  ]);
});

it('tells what there is to tell of a forgotten message', () => {
  expect(violationLines({ ...violation, got }, colors)).toEqual([
    'duplicate: message 7, bob',
    `${clockTime(60)}  got it; its number is unknown, or was forgotten`,
  ]);
});
