import { characters, isJsonObject } from '../../server/core/parameters.ts';
import { isPlatform, type Platform, platformClasses } from '../../server/protocol/frames.ts';
import { list, object, text } from '../../server/protocol/json-schema.ts';
import { limits } from '../../server/protocol/limits.ts';

/** What an app has when it starts, and again after a reset. */
export interface InitialState {
  /** Without one: the only app there is, or `default` in open mode. */
  appKey?: string;
  /** Users whom hosted clients bring online (B6.4), in this order. */
  online?: readonly HostedUser[];
  /** Members by group. */
  groups?: Readonly<Record<string, readonly string[]>>;
  /** Whom a user blocks, by that user. */
  blacklists?: Readonly<Record<string, readonly string[]>>;
}

export interface HostedUser {
  userId: string;
  platform?: Platform | undefined;
}

/** The app of a caller in open mode that names none (B4.3). */
export const defaultKey = 'default';

const lists = { type: 'object', additionalProperties: list(text) };
const user = object({ userId: text }, { platform: { enum: Object.keys(platformClasses) } });

const isId = (value: unknown) => {
  return typeof value === 'string' && value !== '' && characters(value) <= limits.userIdCharacters;
};
const isLists = (value: unknown) => {
  return isJsonObject(value) && Object.entries(value).every(([id, members]) => isId(id) && isIds(members));
};
const isIds = (value: unknown) => Array.isArray(value) && value.every(isId);

/** The values of the setting of that name. */
export const initialState = {
  must: `users online, groups and blacklists of an app, with ids of 1 to ${limits.userIdCharacters} characters`,
  accepts(value: unknown): boolean {
    if (!isJsonObject(value)) return false;
    const { appKey = defaultKey, online = [], groups = {}, blacklists = {}, ...more } = value;
    const isHosted = (each: unknown) => {
      const { userId, platform = 'web', ...more } = Object(each);
      return isId(userId) && isPlatform(platform) && Object.keys(more).length === 0;
    };
    const isOnline = Array.isArray(online) && online.every(isHosted);
    return (
      isId(appKey) && isOnline && isLists(groups) && isLists(blacklists) && Object.keys(more).length === 0
    );
  },
  schema: object({}, { appKey: text, online: list(user), groups: lists, blacklists: lists }),
};

/** The settings that it depends on. */
export interface Configured {
  readonly apps: readonly { readonly key: string }[];
  readonly initialState: readonly InitialState[];
}

/** The keys of the apps that have one. @throws RangeError when it is not clear which */
export function ownersOf({ apps, initialState }: Configured): string[] {
  const keys = apps.map(({ key }) => key);
  const isUnclear = keys.length > 1 && initialState.some(({ appKey }) => appKey === undefined);
  if (isUnclear)
    throw new RangeError('With several apps, each value of the option initialState must have an appKey.');
  const owners = initialState.map(({ appKey = keys[0] ?? defaultKey }) => appKey);
  for (const [index, owner] of owners.entries()) {
    const isStranger = keys.length > 0 && !keys.includes(owner);
    if (isStranger)
      throw new RangeError(`The option initialState is about ${owner}, an app that is not configured.`);
    if (owners.indexOf(owner) < index)
      throw new RangeError(`The option initialState is about ${owner} twice.`);
  }
  return owners;
}

/** Its lists, one after the other. */
export function initialLists(configured: Configured, key: string) {
  const initial = initialStateOf(configured, key);
  return (['groups', 'blacklists'] as const).flatMap((list) => {
    return Object.entries(initial[list] ?? {}).map(([id, members]) => ({ list, id, members }));
  });
}

/** That of one app. */
export function initialStateOf(configured: Configured, key: string): InitialState {
  return configured.initialState[ownersOf(configured).indexOf(key)] ?? {};
}
