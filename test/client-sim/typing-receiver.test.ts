import { expect, it } from 'vitest';
import { TypingReceiver, type TypingReceiverOptions } from '../../client-sim/typing.js';
import type { ServerFrame, StatusFrame } from '../../server/protocol/frames.ts';
import { builtInType } from '../../server/protocol/message-types.ts';
import { echoFrame, statusFrame } from './scripted-server.ts';
import { VirtualClock } from './virtual-clock.ts';

type Options = Omit<TypingReceiverOptions, 'clock' | 'userId' | 'onChange'>;

const minuteMs = 60_000;
const start = new VirtualClock().now();

/** Ann's receiver, which writes down who is shown, as "milliseconds +user" and "milliseconds -user". */
function receiverOf(options: Options = {}) {
  const clock = new VirtualClock();
  const changes: string[] = [];
  const onChange = (userId: string, isTyping: boolean) => {
    changes.push(`${clock.now() - start} ${isTyping ? '+' : '-'}${userId}`);
  };
  const receiver = new TypingReceiver({ clock, userId: 'ann', onChange, ...options });
  return { receiver, clock, changes };
}

/** What arrives when; a frame of `bob`, sent at the instant it arrives, unless it says otherwise. */
type Arrival = [atMs: number, makeFrame: (sentTime: number) => ServerFrame];

function deliver({ receiver, clock }: ReturnType<typeof receiverOf>, arrivals: Arrival[]): void {
  for (const [atMs, makeFrame] of arrivals) {
    clock.advanceTo(start + atMs);
    receiver.receive(makeFrame(clock.now()));
  }
}

const status = (fields: Partial<StatusFrame>) => (sentTime: number) => statusFrame({ sentTime, ...fields });
const content = '{"typingContentType":"RC:TxtMsg"}';
const typing = status({ content });
const stop = status({ content: '{"typingContentType":""}' });
const text = status({ objectName: 'RC:TxtMsg' });
const stored = status({ objectName: 'RC:TxtMsg', stored: true });
const presence = (userId: string, online: boolean) => (at: number) =>
  ({ type: 'presence', userId, online, at }) as const;

interface Row {
  title: string;
  options?: Options;
  arrivals: Arrival[];
  changes: string[];
}

const rows: Row[] = [
  { title: 'A6 typing is shown for 6 s', arrivals: [[0, typing]], changes: ['0 +bob', '6000 -bob'] },
  {
    title: 'A6 the 6 s count from the last typing',
    arrivals: [
      [0, typing],
      [4000, typing],
    ],
    changes: ['0 +bob', '10000 -bob'],
  },
  {
    title: 'typing on arrival counts, not when it was sent',
    arrivals: [[1000, status({ content, sentTime: start })]],
    changes: ['1000 +bob', '7000 -bob'],
  },
  {
    title: 'the expiry can be set',
    options: { expiryMs: 15_000 },
    arrivals: [[0, typing]],
    changes: ['0 +bob', '15000 -bob'],
  },
  {
    title: 'typing is shown again after it expired',
    arrivals: [
      [0, typing],
      [6000, typing],
    ],
    changes: ['0 +bob', '6000 -bob', '6000 +bob', '12000 -bob'],
  },
  {
    title: 'A6 a normal message of that user ends it',
    arrivals: [
      [0, typing],
      [2000, text],
    ],
    changes: ['0 +bob', '2000 -bob'],
  },
  {
    title: 'A6 so does one that the service would store',
    arrivals: [
      [0, typing],
      [2000, stored],
    ],
    changes: ['0 +bob', '2000 -bob'],
  },
  {
    title: 'a custom message of that user ends it',
    arrivals: [
      [0, typing],
      [2000, status({ objectName: 'app:poke' })],
    ],
    changes: ['0 +bob', '2000 -bob'],
  },
  {
    title: 'a normal message of another user does not end it',
    arrivals: [
      [0, typing],
      [2000, status({ objectName: 'RC:TxtMsg', fromUserId: 'carol' })],
    ],
    changes: ['0 +bob', '6000 -bob'],
  },
  {
    title: 'a message of that user in a group does not end it',
    arrivals: [
      [0, typing],
      [2000, status({ objectName: 'RC:TxtMsg', channelType: 'GROUP', groupId: 'g' })],
    ],
    changes: ['0 +bob', '6000 -bob'],
  },
  {
    title: 'which messages are normal can be set',
    options: { isNormal: (objectName) => objectName !== 'app:poke' },
    arrivals: [
      [0, typing],
      [2000, status({ objectName: 'app:poke' })],
    ],
    changes: ['0 +bob', '6000 -bob'],
  },
  {
    title: 'a stop ends it',
    arrivals: [
      [0, typing],
      [3000, stop],
    ],
    changes: ['0 +bob', '3000 -bob'],
  },
  {
    title: 'content that cannot be read shows nobody',
    arrivals: [[0, status({ content: 'typing!' })]],
    changes: [],
  },
  {
    title: 'content that names no type shows nobody',
    arrivals: [[0, status({ content: '{}' })]],
    changes: [],
  },
  {
    title: 'a user who goes offline is not shown any more',
    arrivals: [
      [0, typing],
      [2000, presence('bob', false)],
    ],
    changes: ['0 +bob', '2000 -bob'],
  },
  {
    title: 'a user who is online stays shown',
    arrivals: [
      [0, typing],
      [2000, presence('bob', true)],
    ],
    changes: ['0 +bob', '6000 -bob'],
  },
  {
    title: 'another user who goes offline changes nothing',
    arrivals: [
      [0, typing],
      [2000, presence('carol', false)],
    ],
    changes: ['0 +bob', '6000 -bob'],
  },
  {
    title: 'typing sent before a normal message that arrived first is late',
    arrivals: [
      [1000, text],
      [1500, status({ content, sentTime: start + 999 })],
    ],
    changes: [],
  },
  {
    title: 'typing sent after the normal message is shown',
    arrivals: [
      [1000, text],
      [1500, status({ content, sentTime: start + 1001 })],
    ],
    changes: ['1500 +bob', '7500 -bob'],
  },
  {
    title: 'typing of the same millisecond that arrives after the normal message is shown',
    arrivals: [
      [1000, text],
      [1500, status({ content, sentTime: start + 1000 })],
    ],
    changes: ['1500 +bob', '7500 -bob'],
  },
  {
    title: 'the latest normal message counts, not the last to arrive',
    arrivals: [
      [1000, text],
      [1200, status({ objectName: 'RC:TxtMsg', sentTime: start + 500 })],
      [1500, status({ content, sentTime: start + 700 })],
    ],
    changes: [],
  },
  {
    title: 'typing sent before its user went offline is late',
    arrivals: [
      [1000, presence('bob', false)],
      [1500, status({ content, sentTime: start + 999 })],
    ],
    changes: [],
  },
  {
    title: 'typing sent before a stop that arrived first is late',
    arrivals: [
      [1000, stop],
      [1500, status({ content, sentTime: start + 999 })],
    ],
    changes: [],
  },
  {
    title: 'a late stop does not end a newer typing after a message',
    arrivals: [
      [1000, text],
      [2000, typing],
      [2500, status({ content: '{"typingContentType":""}', sentTime: start + 500 })],
    ],
    changes: ['2000 +bob', '8000 -bob'],
  },
  {
    title: 'A6 typing counts from its arrival, however far the clocks are apart: behind',
    arrivals: [[7000, status({ content, sentTime: start - 5 * minuteMs })]],
    changes: ['7000 +bob', '13000 -bob'],
  },
  {
    title: 'A6 typing counts from its arrival, however far the clocks are apart: ahead',
    arrivals: [[7000, status({ content, sentTime: start + 5 * minuteMs })]],
    changes: ['7000 +bob', '13000 -bob'],
  },
  {
    title: 'the own typing as a recipient is never shown',
    arrivals: [[0, status({ content, fromUserId: 'ann' })]],
    changes: [],
  },
  {
    title: 'the own typing as an echo is never shown',
    arrivals: [[0, () => echoFrame({ content })]],
    changes: [],
  },
  {
    title: 'A6 typing in a group is not shown',
    arrivals: [[0, status({ content, channelType: 'GROUP', groupId: 'g' })]],
    changes: [],
  },
  {
    title: 'two users are shown each for their own time',
    arrivals: [
      [0, typing],
      [1000, status({ content, fromUserId: 'carol' })],
      [2000, text],
    ],
    changes: ['0 +bob', '1000 +carol', '2000 -bob', '7000 -carol'],
  },
];

it.each(rows)('$title', ({ options, arrivals, changes }) => {
  const run = receiverOf(options);
  deliver(run, arrivals);
  run.clock.advanceTo(start + minuteMs);
  expect(run.changes).toEqual(changes);
});

/** A7, with two of the call signals. */
const builtIns =
  'TxtMsg ImgMsg GIFMsg VcMsg HQVCMsg ImgTextMsg FileMsg LBSMsg SightMsg ReferenceMsg CombineMsg StreamMsg PSImgTxtMsg ' +
  'PSMultiImgTxtMsg ContactNtf ProfileNtf InfoNtf GrpNtf CmdNtf RcNtf DizNtf chrmKVNotiMsg CmdMsg ReadNtf RRReqMsg ' +
  'RRRspMsg SRSMsg RcCmd PSCmd VCAccept VCHangup';

it.each(builtIns.split(' '))('A7 RC:%s ends a typing if it is a type that is stored', (name) => {
  const objectName = `RC:${name}`;
  const run = receiverOf();
  deliver(run, [
    [0, typing],
    [1000, status({ objectName })],
  ]);
  expect(run.receiver.isTyping('bob')).toBe(!builtInType(objectName)!.stored);
});

const moments: { title: string; atMs: number; remainingMs: number }[] = [
  { title: 'all of the 6 s at once', atMs: 0, remainingMs: 6000 },
  { title: 'what is left on the way', atMs: 4500, remainingMs: 1500 },
  { title: 'a last millisecond', atMs: 5999, remainingMs: 1 },
  { title: 'nothing when it expires', atMs: 6000, remainingMs: 0 },
  { title: 'nothing long after', atMs: minuteMs, remainingMs: 0 },
];

it.each(moments)('remainingMs gives $title', ({ atMs, remainingMs }) => {
  const run = receiverOf();
  deliver(run, [[0, typing]]);
  run.clock.advanceTo(start + atMs);
  expect(run.receiver.remainingMs('bob')).toBe(remainingMs);
});

it.each(moments)('isTyping agrees: $title', ({ atMs, remainingMs }) => {
  const run = receiverOf();
  deliver(run, [[0, typing]]);
  run.clock.advanceTo(start + atMs);
  expect(run.receiver.isTyping('bob')).toBe(remainingMs > 0);
});

it('a user never heard of is not typing', () => {
  expect(receiverOf().receiver.isTyping('nobody')).toBe(false);
});

it('userIds names all who are shown', () => {
  const run = receiverOf();
  deliver(run, [
    [0, typing],
    [5000, status({ content, fromUserId: 'carol' })],
    [5000, status({ content, fromUserId: 'dave' })],
    [6000, status({ objectName: 'RC:TxtMsg', fromUserId: 'dave' })],
  ]);
  expect(run.receiver.userIds).toEqual(['carol']);
});

it('A6 a clock that is set back an hour shows nobody for longer', () => {
  let now = start;
  let end = () => {};
  const after = (_: number, callback: () => void) => {
    end = callback;
    return () => {};
  };
  const receiver = new TypingReceiver({ clock: { now: () => now, after }, userId: 'ann' });
  receiver.receive(typing(now));
  now -= 60 * minuteMs;
  expect(receiver.remainingMs('bob')).toBe(6000);
  end();
  expect(receiver.remainingMs('bob')).toBe(0);
  receiver.receive(typing(now));
  expect(receiver.isTyping('bob')).toBe(true);
});

it('a timer that is late keeps nobody shown', () => {
  let now = start;
  const clock = { now: () => now, after: () => () => {} };
  const receiver = new TypingReceiver({ clock, userId: 'ann' });
  receiver.receive(typing(now));
  now += 6000;
  expect(receiver.userIds).toEqual([]);
});

it('after clear nobody is shown', () => {
  const run = receiverOf();
  deliver(run, [
    [0, typing],
    [0, status({ content, fromUserId: 'carol' })],
  ]);
  run.receiver.clear();
  expect(run.changes).toEqual(['0 +bob', '0 +carol', '0 -bob', '0 -carol']);
});

it('after clear no timer is left', () => {
  const run = receiverOf();
  deliver(run, [[0, typing]]);
  run.receiver.clear();
  expect(run.clock.timers.size).toBe(0);
});

it('one timer is set for a user who goes on typing', () => {
  const run = receiverOf();
  deliver(run, [
    [0, typing],
    [1000, typing],
    [2000, typing],
  ]);
  expect(run.clock.timers.size).toBe(1);
});
