import { expect, it } from 'vitest';
import { fieldsOf } from '../../server/core/parameters.ts';
import { type EchoSkip, planDelivery } from '../../server/core/plan-delivery.ts';
import { parsePublish } from '../../server/core/publish-request.ts';
import { Lists } from '../../server/presence/lists.ts';

interface Row {
  title: string;
  /** Whom alice sends to. */
  to: string[];
  verifyBlacklist?: 1;
  isIncludeSender?: 1;
  /** Each pair: the first blocks the second. */
  blocks?: [string, string][];
  /** Who has an allow list that is on, and whom on it. */
  allows?: Record<string, string[]>;
  /** Open sessions where they matter: else alice has a1 and a2, bob b1 and b2, carol none. */
  online?: Record<string, string[]>;
  /** The session that an upstream publish came from. */
  origin?: string;
  /** What the plan says, in its order: the sessions that get it, or why none does. */
  gets: Record<string, string[] | 'offline' | 'blocked' | 'not allowed'>;
  echo: string[] | EchoSkip;
}

const everybody: Record<string, string[]> = { alice: ['a1', 'a2'], bob: ['b1', 'b2'] };
const bothOfBob = ['b1', 'b2'];

const rows: Row[] = [
  {
    title: 'B1.1 a user with an open session is online, one without is offline',
    to: ['bob', 'carol'],
    online: { bob: ['b1'] },
    gets: { bob: ['b1'], carol: 'offline' },
    echo: 'not-requested',
  },
  {
    title: 'B1.3 every open session of a recipient gets it, and nobody else',
    to: ['bob'],
    gets: { bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'B1.4 a duplicate recipient counts once, in the order of first appearance',
    to: ['carol', 'bob', 'carol', 'bob'],
    gets: { carol: 'offline', bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'B1.5 a sender among the recipients is a recipient with isIncludeSender=0',
    to: ['alice', 'bob'],
    gets: { alice: ['a1', 'a2'], bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'B1.5 a sender among the recipients is only a recipient with isIncludeSender=1',
    to: ['bob', 'alice'],
    isIncludeSender: 1,
    gets: { bob: bothOfBob, alice: ['a1', 'a2'] },
    echo: 'already-recipient',
  },
  {
    title: 'B1.6 one echo goes to each session of the sender, however many recipients there are',
    to: ['bob', 'carol'],
    isIncludeSender: 1,
    gets: { bob: bothOfBob, carol: 'offline' },
    echo: ['a1', 'a2'],
  },
  {
    title: 'B1.6 the echo goes out with every recipient offline',
    to: ['carol'],
    isIncludeSender: 1,
    gets: { carol: 'offline' },
    echo: ['a1', 'a2'],
  },
  {
    title: 'B1.6 an offline sender gets no echo',
    to: ['bob'],
    isIncludeSender: 1,
    online: { bob: ['b1'] },
    gets: { bob: ['b1'] },
    echo: 'sender-offline',
  },
  {
    title: 'B1.7 every recipient has a place in the answer: online, offline or blocking',
    to: ['dave', 'carol', 'bob'],
    verifyBlacklist: 1,
    blocks: [['dave', 'alice']],
    gets: { dave: 'blocked', carol: 'offline', bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'B1.8 verifyBlacklist=1 skips a recipient who blocks the sender',
    to: ['bob', 'carol'],
    verifyBlacklist: 1,
    blocks: [['bob', 'alice']],
    gets: { bob: 'blocked', carol: 'offline' },
    echo: 'not-requested',
  },
  {
    title: 'B1.8 blocking keeps no echo from the sender',
    to: ['bob'],
    verifyBlacklist: 1,
    isIncludeSender: 1,
    blocks: [['bob', 'alice']],
    gets: { bob: 'blocked' },
    echo: ['a1', 'a2'],
  },
  {
    title: 'B10.6 with verifyBlacklist=1, whoever is not on an allow list that is on does not get through',
    to: ['bob', 'carol'],
    verifyBlacklist: 1,
    allows: { bob: ['carol'] },
    gets: { bob: 'not allowed', carol: 'offline' },
    echo: 'not-requested',
  },
  {
    title: 'B10.6 whoever is on an allow list that is on gets through, though blocked',
    to: ['bob'],
    verifyBlacklist: 1,
    allows: { bob: ['alice'] },
    blocks: [['bob', 'alice']],
    gets: { bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'B10.6 verifyBlacklist=0 takes no notice of allow lists',
    to: ['bob'],
    allows: { bob: [] },
    gets: { bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'A6 verifyBlacklist=0 takes no notice of blocking',
    to: ['bob'],
    blocks: [['bob', 'alice']],
    gets: { bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'A6 who blocks somebody still reaches them',
    to: ['bob'],
    verifyBlacklist: 1,
    blocks: [['alice', 'bob']],
    gets: { bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'A6 blocking one sender is not blocking another',
    to: ['bob'],
    verifyBlacklist: 1,
    blocks: [['bob', 'carol']],
    gets: { bob: bothOfBob },
    echo: 'not-requested',
  },
  {
    title: 'B5.9 the echo of an upstream publish goes to the other sessions of the sender',
    to: ['bob'],
    isIncludeSender: 1,
    origin: 'a1',
    gets: { bob: bothOfBob },
    echo: ['a2'],
  },
  {
    title: 'B5.9 an upstream publish from the only session of the sender has nowhere to echo to',
    to: ['bob'],
    isIncludeSender: 1,
    online: { alice: ['a1'] },
    origin: 'a1',
    gets: { bob: 'offline' },
    echo: 'sender-offline',
  },
  {
    title: 'B1.5 an upstream publish to oneself reaches the session it came from, too',
    to: ['alice'],
    isIncludeSender: 1,
    origin: 'a1',
    gets: { alice: ['a1', 'a2'] },
    echo: 'already-recipient',
  },
];

it.each(rows)('$title', ({ gets, echo, ...row }) => {
  const recipients = Object.entries(gets).map(([userId, share]) => ({
    userId,
    ...(share === 'not allowed'
      ? { sessions: [], drop: 'blocked', allowList: true }
      : typeof share === 'string'
        ? { sessions: [], drop: share }
        : { sessions: share, drop: undefined }),
  }));
  const copy = typeof echo === 'string' ? { sessions: [], skip: echo } : { sessions: echo, skip: undefined };
  expect(planOf(row)).toEqual({ recipients, echo: copy });
});

it('B1.2 a plan is not changed by who comes online afterwards', () => {
  const online = { bob: ['b1'] };
  const plan = planOf({ to: ['bob', 'carol'], online });
  Object.assign(online, { bob: ['b1', 'b2'], carol: ['c1'] });
  expect(plan.recipients.map(({ sessions }) => sessions)).toEqual([['b1'], []]);
});

function planOf({
  to,
  online = everybody,
  blocks = [],
  allows = {},
  origin,
  ...flags
}: Omit<Row, 'title' | 'gets' | 'echo'>) {
  const fields = { fromUserId: 'alice', toUserId: to, objectName: 'RC:TypSts', content: '{}', ...flags };
  const rules = { acceptUnknownBuiltIns: false, acceptAnyContent: false };
  const reach = { blacklists: new Lists(), whitelists: new Lists<{ isOn: true }>() };
  for (const [id, other] of blocks) reach.blacklists.apply({ change: 'add', id, members: [other] });
  for (const [id, members] of Object.entries(allows)) {
    reach.whitelists.apply({ change: 'add', id, members, about: { isOn: true } });
  }
  const presence = { sessionsOf: (userId: string) => online[userId] ?? [] };
  return planDelivery(parsePublish(fieldsOf(fields), rules), presence, reach, origin);
}
