import { about } from '../../client-sim/docs/rongcloud-docs.ts';
import type { App } from '../app/app.ts';
import { bareGroup, type GroupAbout } from '../app/app-lists.ts';
import { optionally } from '../core/form-parameters.ts';
import { checkText, idsParameter, type Parameter, textParameter } from '../core/parameters.ts';
import type { ListChange } from '../presence/lists.ts';
import { limits } from '../protocol/limits.ts';
import { change, groupId, pageIn, paging, query, userId, withDocs } from './rongcloud-call.ts';

const members = idsParameter('userId', limits.groupUserIds, about.members);
const nameCalled = (name: string) => textParameter(name, 255, about.groupName);
const groupName = nameCalled('groupName');
/** The names of groups by their ids, each in a parameter of its own. */
const named: Parameter<ReadonlyMap<string, string>> = {
  name: 'group[ID]',
  required: false,
  schema: { type: 'string' },
  ...about.synced,
  read(fields) {
    const groups = [...fields.keys()].flatMap((name): [string, string][] => {
      const [, id] = /^group\[(.*)\]$/s.exec(name) ?? [];
      if (id === undefined) return [];
      const groupName = optionally(nameCalled(name)).read(fields) ?? '';
      return [[checkText(name, id, limits.userIdCharacters), groupName]];
    });
    return new Map(groups);
  },
};

const joining = change(
  { members, groupId, name: optionally(groupName) },
  ({ members, groupId, name = '' }, app) => [join(app, groupId, members, 'userId', { name })],
);

/** The calls about plain groups (A6, B11). */
export const groupCalls = withDocs({
  '/group/create.json': joining,
  '/group/join.json': joining,
  '/group/quit.json': change({ members, groupId }, ({ members, groupId }) => [leave(groupId, members)]),
  '/group/dismiss.json': change({ userId, groupId }, ({ groupId }) => [dismiss(groupId)]),
  '/group/sync.json': change({ userId, named }, ({ userId, named }, app) => {
    const left = groupsOf(app, userId).filter((id) => !named.has(id));
    const joined = [...named].map(([id, name]) => join(app, id, [userId], `group[${id}]`, {}, { name }));
    return [...left.map((id) => leave(id, [userId])), ...joined];
  }),
  '/group/refresh.json': change({ groupId, groupName }, ({ groupId, groupName: name }, app) => {
    return app.groups.get(groupId) ? [join(app, groupId, [], 'groupId', {}, { name })] : [];
  }),
  '/group/user/query.json': query({ groupId }, ({ groupId }, { groups }) => {
    return { users: groups.membersOf(groupId).map((id) => ({ id })) };
  }),
  '/user/group/query.json': query({ userId, ...paging }, ({ userId, ...given }, app) => {
    const ids = pageIn(groupsOf(app, userId), given, 5000);
    return { groups: ids.map((id) => ({ name: app.groups.about(id)?.name ?? '', id })) };
  }),
});

/** The groups that a user is in, as they were made. */
export function groupsOf({ groups }: App, userId: string): string[] {
  return [...groups.entries()].flatMap(([id, { members }]) => (members.has(userId) ? [id] : []));
}

export function leave(id: string, members: readonly string[]): ListChange {
  return { list: 'groups', change: 'remove', id, members };
}

export function dismiss(id: string): ListChange {
  return { list: 'groups', change: 'drop', id };
}

/**
 * Users join a group, which begins if there is none (B11.3).
 * @param parameter that names them, for a refusal
 * @param missing what is known of the group where nothing else is
 * @param given what is known of it from now on
 */
export function join(
  { groups, clock }: App,
  id: string,
  members: readonly string[],
  parameter: string,
  missing: Given = {},
  given: Given = {},
): ListChange {
  const time = clock.now();
  const begun = { ...bareGroup, createdAt: time, creator: missing.owner ?? '' };
  const about = { ...begun, ...filled(missing), ...filled(groups.about(id) ?? {}), ...filled(given) };
  return { list: 'groups', change: 'add', id, members, time, about, parameter };
}

type Given = { [Name in keyof GroupAbout]?: GroupAbout[Name] | undefined };

function filled(about: Given): Partial<GroupAbout> {
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined && value !== ''));
}
