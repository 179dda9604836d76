import fc from 'fast-check';
import type { Entry, PublishEvent, SimEvent } from '../../client-sim/web/state.js';
import type { StatusFrame } from '../../server/protocol/frames.ts';

/** A message from alice to bob, as it arrives. */
export function status(fields: {
  from?: string;
  text?: string;
  typing?: boolean;
  stop?: boolean;
  objectName?: string;
  content?: string;
  sentTime?: number;
}): StatusFrame {
  const { from = 'alice', text, typing, stop, sentTime = 3000 } = fields;
  const isTyping = typing || stop;
  const objectName = fields.objectName ?? (isTyping ? 'RC:TypSts' : 'RC:TxtMsg');
  const content = isTyping ? { typingContentType: stop ? '' : 'RC:TxtMsg' } : { content: text };
  return {
    type: 'status',
    messageUID: 'uid',
    channelType: 'PERSON',
    fromUserId: from,
    objectName,
    content: fields.content ?? JSON.stringify(content),
    sentTime,
  };
}

/** What the trace tells of a publish of alice's, by what became of it. */
export function publish(
  outcomes: Record<string, 'delivered' | 'offline' | 'blocked' | 'unknown'>,
  { typing = false, echo = false, from = 'alice' } = {},
): PublishEvent {
  const recipients = Object.entries(outcomes).map(([userId, outcome]) => {
    const row = { userId, messageUID: `uid-${userId}` };
    return outcome === 'delivered'
      ? { ...row, outcome, sessions: 1 }
      : { ...row, outcome: 'dropped', reason: outcome };
  });
  return {
    event: 'publish',
    at: 0,
    via: 'sim',
    fromUserId: from,
    channelType: 'PERSON',
    objectName: typing ? 'RC:TypSts' : 'RC:TxtMsg',
    contentBytes: 33,
    report: { recipients, echo: echo ? { outcome: 'echoed', sessions: 1 } : { outcome: 'not-requested' } },
  };
}

const userId = fc.constantFrom('alice', 'bob', 'carol');
const where = { userId, device: fc.constantFrom('phone', 'desktop') };
const text = fc.constantFrom('a', 'bc');
const outcome = fc.constantFrom('delivered' as const, 'offline' as const, 'blocked' as const);

const event = fc.oneof(
  fc.record({ event: fc.constant('joined'), userId }),
  fc.record({ event: fc.constant('left'), userId }),
  fc.record({ event: fc.constant('device'), userId, device: fc.constant('desktop'), added: fc.boolean() }),
  fc.record({ event: fc.constant('link'), ...where, link: fc.constantFrom('off', 'connecting', 'online') }),
  fc.record({ event: fc.constant('draft'), ...where, text }),
  fc.record({ event: fc.constant('signal'), ...where }),
  fc.record({
    event: fc.constant('sent'),
    ...where,
    id: fc.constantFrom('1', '2'),
    text,
    note: fc.constant('sending'),
  }),
  fc.record({ event: fc.constant('read'), ...where }),
  fc.record({
    event: fc.constant('frame'),
    ...where,
    frame: fc.oneof(
      fc.record({ from: userId, text, typing: fc.boolean(), stop: fc.boolean() }).map(status),
      fc.record({
        type: fc.constant('published'),
        id: fc.constantFrom('1', '2'),
        messageUIDs: fc.constant([]),
      }),
      fc.record({ type: fc.constant('presence'), userId, online: fc.boolean(), at: fc.nat(9000) }),
    ),
  }),
  fc.record({
    event: fc.constant('session'),
    userId,
    sessionId: text,
    state: fc.constantFrom('opened', 'closed'),
  }),
  fc.record({ event: fc.constant('plug'), userId, pulled: fc.boolean() }),
  fc.record({ event: fc.constant('block'), userId, other: userId, blocked: fc.boolean() }),
  fc.record({ bob: outcome, carol: outcome }).map((outcomes) => publish(outcomes)),
  fc.constantFrom({ event: 'lost' }, { event: 'cleared' }, { event: 'presence', users: [] }),
) as unknown as fc.Arbitrary<SimEvent>;

/** Any events, in the order of their time. */
export const events: fc.Arbitrary<Entry[]> = fc
  .array(fc.tuple(event, fc.nat(1500)), { maxLength: 150 })
  .map((list) => {
    let time = 0;
    return list.map(([each, waitMs]) => {
      time += waitMs;
      return { ...each, time };
    });
  });
