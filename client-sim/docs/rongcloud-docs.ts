import { integer, type JsonSchema, list, object, text } from '../../server/protocol/json-schema.ts';

/** What the documentation says about a parameter. */
export interface ParameterDocs {
  readonly description: string;
  readonly example: unknown;
}

/** What it says about a call: in one line, and the fields of the answer besides its code. */
export interface CallDocs {
  readonly summary: string;
  readonly answer: Readonly<Record<string, JsonSchema>>;
  /** Fields that the answer may lack. */
  readonly mayHave?: Readonly<Record<string, JsonSchema>>;
}

/** The parameters of the calls about users and groups; where two have the same name, by what they are. */
export const about = {
  userId: { description: 'The user.', example: 'bob' },
  users: { description: 'A user. Repeat it for more.', example: ['mallory'] },
  name: { description: 'What it, or the user, is called.', example: 'Bob' },
  portraitUri: {
    description: 'Where to find a picture of the user.',
    example: 'http://portrait.test/bob.png',
  },
  minute: { description: 'For how many minutes.', example: 10 },
  time: {
    description: 'In milliseconds since 1970: tokens issued before are void.',
    example: 1_795_438_755_202,
  },
  listed: { description: 'A user on the list. Repeat it for more.', example: ['mallory'] },
  whiteSetting: {
    description: '1: only users on the allow list reach these; 0: all but those on the block list do.',
    example: '0',
  },
  page: { description: 'From 1; 0, or none: no pages, but the first of all.', example: 1 },
  size: { description: 'How many there are on a page.', example: 50 },
  pageToken: { description: 'Where to go on, from the answer before.', example: '' },
  order: { description: '0: the earliest first; 1: the latest first.', example: 1 },
  groupId: { description: 'The group.', example: 'team' },
  groupName: { description: 'The name of the group.', example: 'Team' },
  synced: {
    description: 'The name of a group that the user is in; ID is its id. Repeat it for more.',
    example: 'Team',
  },
  members: { description: 'A member. Repeat it for more.', example: ['bob', 'carol'] },
  userIds: { description: 'A user. Repeat it for more, or join them by commas.', example: ['bob', 'carol'] },
  groupIds: { description: 'A group. Repeat it for more, or join them by commas.', example: ['team'] },
  owner: { description: 'The owner, who is a member, too.', example: 'bob' },
  newOwner: { description: 'The owner from now on.', example: 'carol' },
  isQuit: { description: '1: the former owner leaves the group.', example: '0' },
  groupProfile: {
    description: 'A JSON object: introduction, announcement, portraitUrl.',
    example: '{"introduction":"We type."}',
  },
  permissions: { description: 'A JSON object. Nothing is enforced.', example: '{"joinPerm":1}' },
  groupExtProfile: { description: 'A JSON object of your own.', example: '{"ext_topic":"typing"}' },
  role: { description: '0: any; 1: member; 2: admin, which nobody is; 3: owner.', example: 0 },
} satisfies Record<string, ParameterDocs>;

const enumerated = { type: 'string', enum: ['0', '1'] };
const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, text]));
const profile = texts('groupId', 'name', 'groupProfile', 'permissions', 'groupExtProfile', 'owner');
const counted = { ...profile, createTime: integer, memberCount: integer };
const groupRow = { ...texts('groupId', 'name', 'owner', 'creator', 'portraitUrl'), time: integer };
const memberRow = { ...texts('userId', 'nickname', 'extra'), role: integer, time: integer };
const joinedRow = {
  ...profile,
  remarkName: text,
  createTime: integer,
  joinTime: integer,
  role: integer,
  count: integer,
};

const query = (called: string): CallDocs => ({
  summary: `Read a user's ${called}, the latest added first.`,
  answer: { users: list(text) },
  mayHave: { next: text },
});
const setting = (summary: string): CallDocs => ({ summary, answer: {} });

/** The calls about users and groups (A6, B10, B11). */
export const rongcloudDocs: Readonly<Record<string, CallDocs>> = {
  '/user/getToken.json': {
    summary: 'Get a token for a client to log in with.',
    answer: texts('userId', 'token'),
  },
  '/user/refresh.json': setting("Change a user's name or picture."),
  '/user/info.json': {
    summary: 'Read what is known of a user.',
    answer: texts('userName', 'userPortrait', 'createTime'),
  },
  '/user/checkOnline.json': {
    summary: 'Ask whether a user is online.',
    answer: { status: { ...enumerated, description: '1: online.' } },
  },
  '/user/block.json': setting('Block users for a time: their sessions end, and they cannot log in.'),
  '/user/unblock.json': setting('Let blocked users log in again.'),
  '/user/block/query.json': {
    summary: 'List who is blocked, the latest end first.',
    answer: { users: list(object(texts('userId', 'blockEndTime'))) },
  },
  '/user/token/expire.json': setting('Void the tokens that users got before a time. Sessions stay open.'),
  '/user/blacklist/add.json': setting("Put users on a user's block list."),
  '/user/blacklist/remove.json': setting("Take users off a user's block list."),
  '/user/blacklist/query.json': query('block list'),
  '/user/whitelist/add.json': setting("Put users on a user's allow list."),
  '/user/whitelist/remove.json': setting("Take users off a user's allow list."),
  '/user/whitelist/query.json': query('allow list'),
  '/user/whitesetting/set.json': setting('Turn the allow lists of users on or off.'),
  '/user/whitesetting/query.json': {
    summary: 'Ask whether the allow lists of users are on.',
    answer: { users: list(object({ whiteSetting: enumerated, userId: text })) },
  },
  '/group/create.json': setting('Create a group.'),
  '/group/join.json': setting('Add users to a group.'),
  '/group/quit.json': setting('Take users out of a group.'),
  '/group/dismiss.json': setting('Dismiss a group.'),
  '/group/sync.json': setting('Say which groups a user is in: exactly these.'),
  '/group/refresh.json': setting('Rename a group.'),
  '/group/user/query.json': {
    summary: 'List the members of a group.',
    answer: { users: list(object({ id: text })) },
  },
  '/user/group/query.json': {
    summary: 'List the groups of a user.',
    answer: { groups: list(object(texts('name', 'id'))) },
  },
  '/entrust/group/create.json': setting('Create a group with an owner.'),
  '/entrust/group/join.json': { summary: 'Add users to a group.', answer: counted },
  '/entrust/group/quit.json': setting('Take users out of a group.'),
  '/entrust/group/dismiss.json': setting('Dismiss a group.'),
  '/entrust/group/member/kick.json': setting('Throw users out of a group.'),
  '/entrust/group/member/kick/all.json': setting('Throw a user out of all groups.'),
  '/entrust/group/transfer/owner.json': setting('Give a group another owner.'),
  '/entrust/group/profile/update.json': setting('Change what is known of a group.'),
  '/entrust/group/profile/query.json': {
    summary: 'Read what is known of groups.',
    answer: { profiles: list(object({ ...counted, groupName: text })) },
  },
  '/entrust/group/query.json': {
    summary: 'List all groups.',
    answer: { groups: list(object(groupRow)) },
    mayHave: { pageToken: text },
  },
  '/entrust/group/member/query.json': {
    summary: 'List the members of a group.',
    answer: { totalCount: integer, members: list(object(memberRow)) },
    mayHave: { pageToken: text },
  },
  '/entrust/joined/group/query.json': {
    summary: 'List the groups that a user has joined.',
    answer: { totalCount: integer, groups: list(object(joinedRow)) },
    mayHave: { pageToken: text },
  },
};
