import { about } from '../../client-sim/docs/rongcloud-docs.ts';
import type { App } from '../app/app.ts';
import type { UserAbout } from '../app/app-lists.ts';
import { ApiError } from '../core/api-error.ts';
import { digitsParameter, optionally, pageOf } from '../core/form-parameters.ts';
import { bytesParameter, choiceParameter, idsParameter, textParameter } from '../core/parameters.ts';
import type { ListChange } from '../presence/lists.ts';
import { change, pageIn, pageToken, paging, query, sizeTo, userId, utc, withDocs } from './rongcloud-call.ts';

const users = idsParameter('userId', 20, about.users);
const name = textParameter('name', 64, about.name);
const portrait = optionally(bytesParameter('portraitUri', 1024, about.portraitUri));
const minute = digitsParameter('minute', 1, 43_200, about.minute);
const time = digitsParameter('time', 0, Number.MAX_SAFE_INTEGER, about.time);
const whiteSetting = choiceParameter('whiteSetting', ['0', '1'], about.whiteSetting);

/** The calls about users (A6, B10). */
export const userCalls = withDocs({
  '/user/getToken.json': query({ userId, name, portrait }, async ({ userId, ...given }, app, address) => {
    await app.control.change(described(app, userId, given));
    return { userId, token: app.tokens.issue(userId, address()) };
  }),
  '/user/refresh.json': change({ userId, name: optionally(name), portrait }, ({ userId, ...given }, app) => {
    return known(app, userId) && described(app, userId, given);
  }),
  '/user/info.json': query({ userId }, ({ userId }, app) => {
    const { name, portrait, createdAt } = known(app, userId);
    return { userName: name, userPortrait: portrait, createTime: utc(createdAt) };
  }),
  // A string; a user who is offline and one who never existed get the same (A6).
  '/user/checkOnline.json': query({ userId }, async ({ userId }, { directory }) => {
    await directory.catchUp();
    return { status: directory.isOnline(userId) ? '1' : '0' };
  }),

  '/user/block.json': change({ users, minute }, ({ users, minute }, { logins, clock }) => {
    const blockedUntil = clock.now() + minute * 60_000;
    return users.map((id) => logins.ruled(id, { blockedUntil }));
  }),
  '/user/unblock.json': change({ users }, ({ users }, { logins }) => {
    return users.map((id) => logins.ruled(id, { blockedUntil: undefined }));
  }),
  '/user/block/query.json': query(paging, (given, { logins }) => {
    const blocked = pageIn(logins.blocked(), given, 1000);
    return { users: blocked.map(({ userId, until }) => ({ userId, blockEndTime: utc(until) })) };
  }),
  '/user/token/expire.json': change({ users, time }, ({ users, time }, { logins }) => {
    const from = (id: string) => Math.max(time, logins.about(id)?.tokensFrom ?? 0);
    return users.map((id) => logins.ruled(id, { tokensFrom: from(id) }));
  }),

  ...listCalls('blacklists', '/user/blacklist', 'blackUserId'),
  ...listCalls('whitelists', '/user/whitelist', 'whiteUserId'),
  '/user/whitesetting/set.json': change({ users, whiteSetting }, ({ users, whiteSetting }) => {
    const about = whiteSetting === '1' ? { isOn: true } : null;
    return users.map((id) => ({ list: 'whitelists', change: about ? 'add' : 'remove', id, about }));
  }),
  '/user/whitesetting/query.json': query({ users }, ({ users }, { whitelists }) => {
    const setting = (id: string) => (whitelists.about(id)?.isOn ? '1' : '0');
    return { users: users.map((userId) => ({ whiteSetting: setting(userId), userId })) };
  }),
});

/** The calls about a user's list of others. */
function listCalls(list: 'blacklists' | 'whitelists', path: string, parameter: string) {
  const others = idsParameter(parameter, 20, about.listed);
  const changing = (kind: 'add' | 'remove') =>
    change({ id: userId, members: others }, (given) => [{ list, change: kind, ...given, parameter }]);
  return {
    [`${path}/add.json`]: changing('add'),
    [`${path}/remove.json`]: changing('remove'),
    [`${path}/query.json`]: query({ userId, pageToken, size: sizeTo(1000) }, (given, app) => {
      const all = app[list].membersOf(given.userId);
      const { page, next } = pageOf(all, given.size || 1000, given.pageToken, true);
      return { users: page, next };
    }),
  };
}

/** @throws ApiError 1002, in the service's own words, when no token was got for this user */
function known({ users }: App, id: string): UserAbout {
  const about = users.about(id);
  if (about === undefined) throw new ApiError('badParameter', `userId${id} is not exist.`);
  return about;
}

/** The change after which this is known of a user; what is not given stays as it was. */
function described(
  { users, clock }: App,
  id: string,
  given: { name: string | undefined; portrait: string | undefined },
): ListChange[] {
  const before: Partial<UserAbout> = users.about(id) ?? {};
  const { createdAt = clock.now() } = before;
  const { name = before.name, portrait = before.portrait ?? '' } = given;
  if (name === before.name && portrait === before.portrait) return [];
  return [{ list: 'users', change: 'add', id, about: { name, portrait, createdAt } }];
}
