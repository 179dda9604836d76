import { Lists } from '../presence/lists.ts';
import { limits } from '../protocol/limits.ts';
import type { SimulatorSettings } from './settings.ts';

/** What is known of a user from /user/getToken.json and /user/refresh.json (B10.5); the time in milliseconds since 1970. */
export type UserAbout = Readonly<{ name: string; portrait: string; createdAt: number }>;

const profiles = { groupProfile: '{}', permissions: '{}', groupExtProfile: '{}' };

/** What is known of a group besides its members, if nothing is (B11). */
export const bareGroup = { name: '', owner: '', creator: '', createdAt: 0, ...profiles };
export type GroupAbout = Readonly<typeof bareGroup>;

/** What an app knows of its users and groups, within bounds (B4.6). */
export function appLists({ blacklisted, groupMembers, groupMembersPerApp }: SimulatorSettings) {
  const listed = (what: string) => ({
    each: { what: 'the list', atMost: limits.listedUsers },
    all: { what: `the app's ${what}`, atMost: blacklisted, option: 'blacklisted' },
  });
  return {
    blacklists: new Lists(listed('blacklists')),
    /** On while only users on it reach its owner (B10.6). */
    whitelists: new Lists<{ isOn: true }>(listed('allow lists')),
    groups: new Lists<Partial<GroupAbout>>({
      each: { what: 'the group', atMost: groupMembers, option: 'groupMembers' },
      all: { what: "the app's groups", atMost: groupMembersPerApp, option: 'groupMembersPerApp' },
    }),
    /** Without members. */
    users: new Lists<UserAbout>({ kept: limits.rememberedUsers }),
  };
}
