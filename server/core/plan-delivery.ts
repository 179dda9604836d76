import type { PublishRequest } from './publish-request.ts';

/** Who is online: the open sessions of a user, none when offline (B1.1). */
interface PresenceView<S> {
  sessionsOf(userId: string): readonly S[];
}

/** Who may reach whom: block lists (A6), and the allow lists of those who want messages from nobody else (B10.6). */
interface ReachView {
  readonly blacklists: { has(owner: string, other: string): boolean };
  readonly whitelists: {
    has(owner: string, other: string): boolean;
    about(owner: string): { readonly isOn: boolean } | undefined;
  };
}

/** One recipient's share of a publish: the sessions that get it, or why nobody does. */
export interface RecipientPlan<S> {
  readonly userId: string;
  readonly sessions: readonly S[];
  readonly drop: 'offline' | 'blocked' | undefined;
  /** It is the allow list that blocks. */
  readonly allowList?: true;
}

/** The sender's copy: the sessions that get it, or why none does (B1.5, B1.6). */
export interface EchoPlan<S> {
  readonly sessions: readonly S[];
  readonly skip: EchoSkip | undefined;
}

export type EchoSkip = 'not-requested' | 'sender-offline' | 'already-recipient';

export interface DeliveryPlan<S> {
  /** One for each distinct recipient, in the order of the request. */
  readonly recipients: readonly RecipientPlan<S>[];
  readonly echo: EchoPlan<S>;
}

/**
 * Who gets what: all rules of delivery, applied to this instant (B1.2).
 *
 * For sessions split over nodes A and B: merge(plan(r, A), plan(r, B)) = plan(r, A ∪ B).
 *
 * @param origin the session an upstream publish came from: its echo goes to the sender's others (B5.9)
 */
export function planDelivery<S>(
  request: PublishRequest,
  presence: PresenceView<S>,
  { blacklists, whitelists }: ReachView,
  origin?: S,
): DeliveryPlan<S> {
  const { fromUserId, toUserIds, verifyBlacklist } = request;
  const recipients = toUserIds.map((userId): RecipientPlan<S> => {
    if (verifyBlacklist) {
      // In allow-list mode the block list has no effect (B10.6).
      const allowList = whitelists.about(userId)?.isOn;
      const isBlocked = allowList ? !whitelists.has(userId, fromUserId) : blacklists.has(userId, fromUserId);
      if (isBlocked) return { userId, sessions: nobody, drop: 'blocked', ...(allowList && { allowList }) };
    }
    const sessions = presence.sessionsOf(userId);
    return { userId, sessions, drop: sessions.length === 0 ? 'offline' : undefined };
  });
  return { recipients, echo: planEcho(request, presence, origin) };
}

function planEcho<S>(request: PublishRequest, presence: PresenceView<S>, origin: S | undefined): EchoPlan<S> {
  if (!request.includeSender) return { sessions: nobody, skip: 'not-requested' };
  if (request.toUserIds.includes(request.fromUserId)) return { sessions: nobody, skip: 'already-recipient' };
  const sessions = presence.sessionsOf(request.fromUserId).filter((session) => session !== origin);
  return { sessions, skip: sessions.length === 0 ? 'sender-offline' : undefined };
}

const nobody: readonly never[] = [];
