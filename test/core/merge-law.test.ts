import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deliver } from '../../server/app/deliver.ts';
import {
  type DeliveryReport,
  type EchoOutcome,
  mergeEchoes,
  mergeRecipients,
  type RecipientOutcome,
} from '../../server/core/delivery-report.ts';
import { fieldsOf } from '../../server/core/parameters.ts';
import { planDelivery } from '../../server/core/plan-delivery.ts';
import { parsePublish } from '../../server/core/publish-request.ts';
import { mergeShares, shareOf } from '../../server/core/report-share.ts';
import { MessageUIDs, StatusMessage } from '../../server/core/status-message.ts';
import { Lists } from '../../server/presence/lists.ts';
import type { Session } from '../../server/presence/session.ts';
import { idleConnection } from '../fixtures/idle-connection.ts';
import { holds } from '../fixtures/property.ts';

const runs = 2000;

const user = fc.constantFrom('alice', 'bob', 'carol', '__proto__');
const node = fc.constantFrom('A', 'B', 'C');

/** Why a session takes nothing, if it does not. */
const miss = fc.constantFrom(undefined, 'backpressure' as const, 'fault' as const, 'offline' as const);

/** A session somewhere in the cluster. */
const placed = fc.record({ userId: user, node, miss }).map(({ userId, node, miss }) => {
  const hand = () => miss;
  const connection = { ...idleConnection, deliver: hand, echo: hand };
  const session: Session = { id: 'session', userId, platform: undefined, openedAt: 0, connection };
  return { node, session };
});

const publish = fc
  .record({
    fromUserId: user,
    toUserId: fc.array(user, { minLength: 1, maxLength: 6 }),
    objectName: fc.constant('RC:TypSts'),
    content: fc.constant('{}'),
    verifyBlacklist: fc.boolean(),
    isIncludeSender: fc.boolean(),
  })
  .map((fields) => parsePublish(fieldsOf(fields), { acceptUnknownBuiltIns: false, acceptAnyContent: false }));

const cluster = fc
  .record({
    request: publish,
    all: fc.array(placed, { maxLength: 12 }),
    blocks: fc.array(fc.tuple(user, user), { maxLength: 6 }),
    /** Whom those with an allow list have on it. */
    allows: fc.array(fc.tuple(user, user), { maxLength: 3 }),
    /** Which of the sender's sessions the publish came from, if there are so many. */
    origin: fc.nat(3),
  })
  .map(({ request, all, blocks, allows, origin }) => {
    const message = new StatusMessage(request, new MessageUIDs('5GSBRPM1KP8H', request.toUserIds.length), 0);
    const reach = { blacklists: new Lists(), whitelists: new Lists<{ isOn: true }>() };
    for (const [id, other] of blocks) reach.blacklists.apply({ change: 'add', id, members: [other] });
    for (const [id, other] of allows) {
      reach.whitelists.apply({ change: 'add', id, members: [other], about: { isOn: true } });
    }
    const from = all.map(({ session }) => session).filter(({ userId }) => userId === request.fromUserId)[
      origin
    ];

    /** What these nodes report when each knows its own sessions only. */
    function reportOf(...nodes: string[]): DeliveryReport {
      const here = all.filter((one) => nodes.includes(one.node)).map(({ session }) => session);
      const presence = { sessionsOf: (id: string) => here.filter(({ userId }) => userId === id) };
      return deliver(planDelivery(request, presence, reach, from), message, true)!;
    }
    /** What the first of these nodes makes of its own report and of the shares that the others tell it. */
    function merged(own: string, ...others: string[]): DeliveryReport {
      const shares = others.map((name) => shareOf(reportOf(name), false));
      return mergeShares(reportOf(own), shares, message, undefined);
    }
    return { reportOf, merged };
  });

it('what two nodes report of their own sessions is what one node with all of them would report', () => {
  const law = fc.property(cluster, ({ reportOf, merged }) => {
    expect(merged('A', 'B')).toEqual(reportOf('A', 'B'));
  });
  holds(law, runs);
});

it('three nodes report the same in whatever order they are merged', () => {
  const law = fc.property(
    cluster,
    fc.shuffledSubarray(['A', 'B', 'C'], { minLength: 3 }),
    ({ reportOf, merged }, [own, ...others]) => {
      expect(merged(own!, ...others)).toEqual(reportOf('A', 'B', 'C'));
    },
  );
  holds(law, runs);
});

const bob = { userId: 'bob', messageUID: 'AAAA-BBBB-CCCC-0000' };
const count = fc.integer({ min: 1, max: 3 });
const slow = fc.oneof(
  fc.constant({}),
  count.map((backpressure) => ({ backpressure })),
);

/** Anything a node may say of bob, and what is put in the place of its answer when it stays silent. */
const recipient: fc.Arbitrary<RecipientOutcome> = fc.oneof(
  fc
    .tuple(count, slow)
    .map(([sessions, rest]) => ({ ...bob, outcome: 'delivered' as const, sessions, ...rest })),
  fc
    .constantFrom('offline' as const, 'blocked' as const, 'unknown' as const, 'fault' as const)
    .map((reason) => ({ ...bob, outcome: 'dropped' as const, reason })),
  count.map((backpressure) => {
    return { ...bob, outcome: 'dropped' as const, reason: 'backpressure' as const, backpressure };
  }),
);

/** An echo that was asked for: that it was not, or not needed, all nodes agree on. */
const echo: fc.Arbitrary<EchoOutcome> = fc.oneof(
  count.map((sessions) => ({ outcome: 'echoed' as const, sessions })),
  fc
    .constantFrom('sender-offline' as const, 'backpressure' as const, 'fault' as const)
    .map((outcome) => ({ outcome })),
);

/** What two nodes report of a recipient and of the echo, merged. */
const mergeRows = ([row, echo]: Rows, [otherRow, otherEcho]: Rows): Rows => {
  return [mergeRecipients(row, otherRow), mergeEchoes(echo, otherEcho)];
};
type Rows = [RecipientOutcome, EchoOutcome];
const rows: fc.Arbitrary<Rows> = fc.tuple(recipient, echo);

it('any two reports merge the same in either order', () => {
  const law = fc.property(rows, rows, (a, b) => {
    expect(mergeRows(a, b)).toEqual(mergeRows(b, a));
  });
  holds(law, runs);
});

it('any three reports merge the same in either grouping', () => {
  const law = fc.property(rows, rows, rows, (a, b, c) => {
    expect(mergeRows(mergeRows(a, b), c)).toEqual(mergeRows(a, mergeRows(b, c)));
  });
  holds(law, runs);
});
