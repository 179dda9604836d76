import { BlockedUser } from '../core/token.ts';
import { limits } from '../protocol/limits.ts';
import { type ListChange, Lists } from './lists.ts';

/** Who may not log in, or not with every token. */
interface LoginRules {
  /** Milliseconds since 1970. */
  readonly blockedUntil?: number | undefined;
  /** Tokens issued before are void. */
  readonly tokensFrom?: number | undefined;
}

/** Whom the back end has blocked, and whose tokens it has let expire (B10). */
export class Logins extends Lists<LoginRules> {
  /** Called when a user is blocked, by this node or another. */
  onBlock: (userId: string, refusal: BlockedUser) => void = () => {};
  readonly #now: () => number;

  constructor(now: () => number) {
    super({ all: { what: "the app's blocked users and expired tokens", atMost: limits.rememberedUsers } });
    this.#now = now;
  }

  /** Why this user may not log in; undefined when nothing is in the way. */
  refusal(userId: string): BlockedUser | undefined {
    const { blockedUntil = 0 } = this.about(userId) ?? {};
    return blockedUntil > this.#now() ? new BlockedUser(blockedUntil) : undefined;
  }

  /** Who is blocked, the latest end first. */
  blocked(): { userId: string; until: number }[] {
    const now = this.#now();
    const all = [...this.entries()].map(([userId, { about }]) => ({
      userId,
      until: about?.blockedUntil ?? 0,
    }));
    return all.filter(({ until }) => until > now).sort((a, b) => b.until - a.until);
  }

  /** The change that adds these rules to those of a user, in place of the ones with their names. */
  ruled(userId: string, rules: LoginRules): ListChange {
    const { blockedUntil, tokensFrom } = { ...this.about(userId), ...rules };
    const isFree = blockedUntil === undefined && tokensFrom === undefined;
    const about = { blockedUntil, tokensFrom };
    return { list: 'logins', id: userId, ...(isFree ? { change: 'drop' } : { change: 'add', about }) };
  }

  override check(changes: readonly ListChange[]): void {
    this.#makeRoom();
    super.check(changes);
  }

  protected override changed(userId: string): void {
    this.#makeRoom();
    const refusal = this.refusal(userId);
    if (refusal !== undefined) this.onBlock(userId, refusal);
  }

  /** Forgets blocks that are over, once there are too many. */
  #makeRoom(): void {
    for (const [userId, { about }] of this.size < limits.rememberedUsers ? [] : this.entries()) {
      if (about?.tokensFrom === undefined && !this.refusal(userId)) this.drop(userId);
    }
  }
}
