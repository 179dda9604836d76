import { type ApiError, limitExceeded } from '../core/api-error.ts';

/** What lists an app has. */
export const listNames = ['blacklists', 'whitelists', 'groups', 'users', 'logins'] as const;
export type ListName = (typeof listNames)[number];

/** A change of one list, which every node makes in the same way. */
export interface ListChange {
  readonly list: ListName;
  readonly change: 'add' | 'remove' | 'drop';
  /** Of the list: a user, or a group. */
  readonly id: string;
  readonly members?: readonly string[];
  /** When these became members, in milliseconds since 1970. */
  readonly time?: number;
  /** What is known of the list from now on, null for nothing; unless given, that stays as it is. */
  readonly about?: object | null;
  /** The parameter to name in a refusal. */
  readonly parameter?: string;
}

/** One list. Without members, and with nothing known of it, it is gone. */
interface Entry<A> {
  /** Since when each is one, in the order in which they were added. */
  readonly members: Map<string, number>;
  about: A | undefined;
  /** The time that orders the changes of all nodes; 0 on a single node. */
  changedAt: number;
}

/** A list as another node is told of it; without members, and with nothing known of it, one that has ended. */
export interface ListState {
  readonly list: ListName;
  readonly id: string;
  readonly members: readonly (readonly [member: string, since: number])[];
  readonly about?: object | undefined;
  readonly changedAt: number;
}

interface Bound {
  /** What would be too large, as in "the parameter userId is too much for …". */
  readonly what: string;
  readonly atMost: number;
  readonly option?: string;
}

interface ListBounds {
  readonly each?: Bound;
  /** Of the members of all lists together, a user on two of them counting twice; and of the lists themselves. */
  readonly all?: Bound;
  /** Beyond this many lists, the oldest are forgotten. */
  readonly kept?: number;
}

/** Lists of users by the id of their owner, each with what is known of the owner. */
export class Lists<A extends object = object> {
  readonly #entries = new Map<string, Entry<A>>();
  readonly #bounds: ListBounds;
  #count = 0;

  constructor(bounds: ListBounds = {}) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  entries(): IterableIterator<[string, Readonly<Entry<A>>]> {
    return this.#entries.entries();
  }

  get(id: string): Readonly<Entry<A>> | undefined {
    return this.#entries.get(id);
  }

  about(id: string): A | undefined {
    return this.#entries.get(id)?.about;
  }

  has(id: string, member: string): boolean {
    return this.#entries.get(id)?.members.has(member) ?? false;
  }

  /** In the order in which they were added. */
  membersOf(id: string): string[] {
    return [...(this.#entries.get(id)?.members.keys() ?? [])];
  }

  /** To be called before changes are made. @throws ApiError 1002 when there would be too much */
  check(changes: readonly ListChange[]): void {
    const { each, all } = this.#bounds;
    let [count, lists] = [this.#count, this.size];
    for (const { change, id, members = [], parameter = 'userId' } of changes) {
      const current = this.#entries.get(id)?.members;
      const size = current?.size ?? 0;
      const known = members.filter((member) => current?.has(member)).length;
      const added = change === 'add' ? new Set(members).size - known : 0;
      count += added - (change === 'remove' ? known : change === 'drop' ? size : 0);
      lists += change === 'add' && current === undefined ? 1 : 0;
      if (each && added > 0 && size + added > each.atMost) throw tooMuch(each, parameter);
      const isMore = added > 0 || current === undefined;
      if (all && isMore && Math.max(count, lists) > all.atMost) throw tooMuch(all, parameter);
    }
  }

  /** @param at the time that orders the changes of all nodes */
  apply({ change, id, members = [], time = 0, about }: Omit<ListChange, 'list'>, at = 0): void {
    if (change === 'drop') {
      this.drop(id);
      return;
    }
    const entry = this.#entries.get(id) ?? { members: new Map(), about: undefined, changedAt: 0 };
    this.#count -= entry.members.size;
    for (const member of members) {
      if (change === 'remove') entry.members.delete(member);
      else if (!entry.members.has(member)) entry.members.set(detachString(member), time);
    }
    // Its texts in memory of their own, as below.
    if (about !== undefined) entry.about = JSON.parse(JSON.stringify(about)) ?? undefined;
    entry.changedAt = Math.max(at, entry.changedAt);
    this.#keep(id, entry);
  }

  /** Puts a list in the place of the one that there is. */
  put(id: string, { members, about, changedAt }: Omit<ListState, 'list' | 'id'>): void {
    this.drop(id);
    this.#keep(id, { members: new Map(members), about: about as A | undefined, changedAt });
  }

  drop(id: string): void {
    this.#count -= this.#entries.get(id)?.members.size ?? 0;
    this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
    this.#count = 0;
  }

  /** Called after each change but a drop. */
  protected changed(_id: string): void {}

  #keep(id: string, entry: Entry<A>): void {
    this.#count += entry.members.size;
    if (entry.members.size === 0 && entry.about === undefined) this.#entries.delete(id);
    else this.#entries.set(this.#entries.has(id) ? id : detachString(id), entry);
    const [oldest] = this.#entries.keys();
    if (this.size > (this.#bounds.kept ?? Infinity)) this.drop(oldest!);
    this.changed(id);
  }
}

function tooMuch({ what, atMost, option }: Bound, parameter: string): ApiError {
  return limitExceeded(`The parameter ${parameter} is too much for ${what}`, atMost, option);
}

/** The same text in memory of its own: a substring of a request would keep all of the request. */
function detachString(text: string): string {
  return ` ${text}`.slice(1);
}
