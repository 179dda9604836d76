import { ApiError } from '../core/api-error.ts';
import type { Charge } from '../core/publish-rate.ts';
import type { ReportShare } from '../core/report-share.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';
import type { Cluster } from './cluster.ts';
import type { DatedChange } from './list-versions.ts';
import type { Answers } from './pending-request.ts';

/** What the other nodes report of a publish. */
export interface GatheredShares {
  readonly shares: readonly ReportShare[];
  /** Whether each node that may be there has answered. */
  readonly isComplete: boolean;
}

export type RemoteApp = ReturnType<typeof remoteApp>;

/** The same app on the other nodes: what to tell it, and what to ask it. */
export function remoteApp(cluster: Cluster, key: string) {
  /** Sessions of this node whose place in the order of all logins is still to come. */
  const unplaced = new Set<string>();
  /** What carries out this node's own changes, by their time, while their turn is still to come. */
  const changes = new Map<number, () => void>();

  /** Has something done as far as the others answer in time. Alone, there is nobody to ask. */
  function request(kind: string, body?: unknown, extraMs?: number): Promise<Answers> {
    return cluster.request(kind, key, body, extraMs);
  }

  /** This node's own login has come to its place among all. */
  function placed(sessionId: string): void {
    unplaced.delete(sessionId);
  }

  /** This node's own change has come to its place among all. */
  function changed(at: number): void {
    changes.get(at)?.();
    changes.delete(at);
  }

  async function gatherShares(
    kind: 'publish' | 'explain',
    { request: { toUserIds, ...draft }, messageUIDs, sentTime, isBroadcast }: StatusMessage,
    charge?: Charge,
  ): Promise<GatheredShares> {
    const { bodies, isComplete } = await request(kind, {
      // In a broadcast each node finds the recipients among its own users.
      request: isBroadcast ? draft : { ...draft, toUserIds },
      uid: messageUIDs.of(0),
      uids: messageUIDs.count,
      sentTime,
      charge,
      // Hidden nodes are not awaited; if one wakes, it must ignore this publish.
      without: cluster.hidden,
    });
    return { shares: bodies.filter(isShare), isComplete };
  }

  return {
    /** Whether there surely is no other node. */
    get isAlone() {
      return cluster.isAlone;
    },
    request,
    placed,
    changed,
    /** Sends a publish to all, and gathers what became of it there. */
    publish: (message: StatusMessage, charge?: Charge) => gatherShares('publish', message, charge),
    /** Gathers what would become of a publish. */
    explain: (message: StatusMessage) => gatherShares('explain', message),
    /** Resolves when the others know of the session, as far as they answer in time. */
    async opened({ connection: _, ...session }: Session): Promise<void> {
      unplaced.add(session.id);
      await request('opened', session);
      placed(session.id);
    },
    /** Whether this session's login comes before any that another node tells of now. */
    isPlaced: ({ id }: Session) => !unplaced.has(id),
    closed: ({ userId, id }: Session) => cluster.notify('closed', key, { userId, id }),
    /**
     * Has a list changed on every node, in one order for all changes; resolves when it is, as far as they answer in
     * time. @param apply changes it here
     */
    async change(change: DatedChange, apply: () => void): Promise<void> {
      changes.set(change.at, apply);
      await request('change', change);
      // It has not come back: the others cannot be reached. Once they can, the later version of the list counts.
      changed(change.at);
    },
    /**
     * Has something done that must not count as done while a node may not have done it.
     * @param extraMs how long it may take the others
     * @throws ApiError 1050 when a node does not answer
     */
    async require(kind: string, body?: unknown, extraMs?: number): Promise<readonly unknown[]> {
      const { bodies, isComplete } = await request(kind, body, extraMs);
      if (isComplete) return bodies;
      throw noAnswerInTime();
    },
  };
}

export const noAnswerInTime = () => new ApiError('timedOut', 'A node of the cluster did not answer in time.');

/** As far as the rest of the program relies on it: another node's version may have said it. */
function isShare(body: unknown): body is ReportShare {
  const { rows, echo } = Object(body);
  return Array.isArray(rows) && typeof Object(echo).outcome === 'string';
}
