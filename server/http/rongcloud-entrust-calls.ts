import { about } from '../../client-sim/docs/rongcloud-docs.ts';
import type { App } from '../app/app.ts';
import { bareGroup } from '../app/app-lists.ts';
import { digitsParameter, joined, jsonParameter, optionally, pageOf } from '../core/form-parameters.ts';
import { flagParameter, idParameter, idsParameter, textParameter, type Values } from '../core/parameters.ts';
import { limits } from '../protocol/limits.ts';
import { change, groupId, pageToken, query, sizeTo, userId, withDocs } from './rongcloud-call.ts';
import { dismiss, groupsOf, join, leave } from './rongcloud-group-calls.ts';

const userIds = joined(idsParameter('userIds', 100, about.userIds));
const invited = optionally(joined(idsParameter('userIds', 30, about.userIds)));
const groupIds = joined(idsParameter('groupIds', 50, about.groupIds));
const name = textParameter('name', 64, about.name);
const owner = idParameter('owner', about.owner);
const newOwner = idParameter('newOwner', about.newOwner);
const isQuit = flagParameter('isQuit', about.isQuit);
const json = (name: 'groupProfile' | 'permissions' | 'groupExtProfile') =>
  optionally(jsonParameter(name, limits.profileBytes, about[name]));
const [groupProfile, permissions] = [json('groupProfile'), json('permissions')];
const profiles = { groupProfile, permissions, groupExtProfile: json('groupExtProfile') };
/** 1 a member, 2 an admin, 3 the owner; 0 for all of them. */
const role = (name: string) => optionally(digitsParameter(name, 0, 3, about.role));
const order = optionally(digitsParameter('order', 0, 1, about.order));
const paging = (atMost: number) => ({ pageToken, size: sizeTo(atMost), order });

const leaving = change({ groupId, userIds }, ({ groupId, userIds }) => [leave(groupId, userIds)]);

/** The calls about hosted groups, which are the same groups as the plain ones (B11). */
export const entrustCalls = withDocs({
  '/entrust/group/create.json': change(
    { groupId, name, owner, invited, ...profiles },
    ({ groupId, invited = [], ...given }, app) => {
      return [join(app, groupId, [...new Set([given.owner, ...invited])], 'userIds', given)];
    },
  ),
  '/entrust/group/join.json': query({ groupId, userIds }, async ({ groupId, userIds }, app) => {
    await app.control.change([join(app, groupId, userIds, 'userIds')]);
    return profileOf(app, groupId);
  }),
  '/entrust/group/quit.json': leaving,
  '/entrust/group/member/kick.json': leaving,
  '/entrust/group/member/kick/all.json': change({ userId }, ({ userId }, app) => {
    return groupsOf(app, userId).map((id) => leave(id, [userId]));
  }),
  '/entrust/group/dismiss.json': change({ groupId }, ({ groupId }) => [dismiss(groupId)]),
  '/entrust/group/transfer/owner.json': change({ groupId, newOwner, isQuit }, (given, app) => {
    const { groupId, newOwner, isQuit } = given;
    if (!app.groups.get(groupId)) return [];
    const before = profileOf(app, groupId).owner;
    const quits = isQuit && before !== '' && before !== newOwner ? [leave(groupId, [before])] : [];
    return [...quits, join(app, groupId, [newOwner], 'newOwner', {}, { owner: newOwner })];
  }),
  '/entrust/group/profile/update.json': change(
    { groupId, name: optionally(name), ...profiles },
    ({ groupId, ...given }, app) => {
      if (!app.groups.get(groupId)) return [];
      const { name, ...profile } = JSON.parse(given.groupProfile ?? '{}');
      const groupProfile = JSON.stringify({
        ...JSON.parse(profileOf(app, groupId).groupProfile),
        ...profile,
      });
      const named = given.name ?? (typeof name === 'string' ? name.slice(0, 64) : undefined);
      return [join(app, groupId, [], 'groupId', {}, { ...given, groupProfile, name: named })];
    },
  ),
  '/entrust/group/profile/query.json': query({ groupIds }, ({ groupIds }, app) => {
    const known = groupIds.filter((id) => app.groups.get(id)).map((id) => profileOf(app, id));
    return { profiles: known.map((profile) => ({ ...profile, groupName: profile.name })) };
  }),
  '/entrust/group/query.json': query(paging(1000), (given, app) => {
    const all = [...app.groups.entries()].map(([id]) => profileOf(app, id));
    const { page, next } = paged(all, given, ({ createTime }) => createTime);
    const groups = page.map(({ groupId, name, owner, groupProfile, createTime: time }) => {
      const { portraitUrl = '' } = JSON.parse(groupProfile);
      const { creator = '' } = app.groups.about(groupId) ?? {};
      return { groupId, name, owner, creator, portraitUrl: String(portraitUrl), time };
    });
    return { pageToken: next, groups };
  }),
  '/entrust/group/member/query.json': query(
    { groupId, type: role('type'), ...paging(100) },
    ({ groupId, type, ...given }, app) => {
      const all = [...(app.groups.get(groupId)?.members ?? [])].map(([userId, time]) => {
        return { userId, nickname: '', role: roleOf(app, groupId, userId), time, extra: '' };
      });
      const fitting = all.filter(({ role }) => !type || role === type);
      const { page, next } = paged(fitting, given, ({ time }) => time);
      return { totalCount: fitting.length, pageToken: next, members: page };
    },
  ),
  '/entrust/joined/group/query.json': query(
    { userId, role: role('role'), ...paging(100) },
    ({ userId, role, ...given }, app) => {
      const all = groupsOf(app, userId).map((id) => {
        const { memberCount: count, ...profile } = profileOf(app, id);
        const joinTime = app.groups.get(id)?.members.get(userId) ?? 0;
        return { ...profile, remarkName: '', joinTime, role: roleOf(app, id, userId), count };
      });
      const fitting = all.filter((each) => !role || each.role === role);
      const { page, next } = paged(fitting, given, ({ joinTime }) => joinTime);
      return { totalCount: fitting.length, pageToken: next, groups: page };
    },
  ),
});

function profileOf({ groups }: App, groupId: string) {
  const { creator: _, createdAt: createTime, ...about } = { ...bareGroup, ...groups.about(groupId) };
  return { groupId, ...about, createTime, memberCount: groups.membersOf(groupId).length };
}

function roleOf({ groups }: App, groupId: string, userId: string): 1 | 3 {
  return groups.about(groupId)?.owner === userId ? 3 : 1;
}

/** 50 of them, the latest first, unless told otherwise. */
function paged<T>(all: T[], given: Values<ReturnType<typeof paging>>, timeOf: (item: T) => number) {
  const byTime = all.sort((a, b) => timeOf(a) - timeOf(b));
  return pageOf(byTime, given.size || 50, given.pageToken, given.order !== 0);
}
