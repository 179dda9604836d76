import { ApiError } from '../core/api-error.ts';
import type { Session } from '../presence/session.ts';
import type { Cluster } from './cluster.ts';
import type { DatedChanges } from './list-versions.ts';
import type { Answers } from './pending-request.ts';

export type RemoteApp = ReturnType<typeof remoteApp>;

/** The same app on the other nodes: what to tell it, and what to ask it. */
export function remoteApp(cluster: Cluster, key: string) {
  /** Sessions of this node whose place in the order of all logins is still to come. */
  const unplaced = new Set<string>();
  /** What carries out this node's own changes, by their time, while their turn is still to come. */
  const changes = new Map<number, () => void>();

  /** Has something done as far as the others answer, for which they may take `extraMs` longer than usual. */
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

  return {
    /** Whether there surely is no other node. */
    get isAlone() {
      return cluster.isAlone;
    },
    /** Nodes that are not awaited, because they are silent. */
    get hidden() {
      return cluster.hidden;
    },
    request,
    placed,
    changed,
    /** Resolves when the others know of the session, as far as they answer in time. */
    async opened({ connection: _, ...session }: Session): Promise<void> {
      unplaced.add(session.id);
      await request('opened', session);
      placed(session.id);
    },
    /** Whether this session's login comes before any that another node tells of now. */
    isPlaced: ({ id }: Session) => !unplaced.has(id),
    closed: ({ userId, id }: Session) => cluster.notify('closed', key, { userId, id }),
    /** Has lists changed on every node, in one order for all changes, and here by `apply`; resolves as above. */
    async change(dated: DatedChanges, apply: () => void): Promise<void> {
      changes.set(dated.at, apply);
      await request('change', dated);
      // It has not come back: the others cannot be reached. Once they can, the later version of a list counts.
      changed(dated.at);
    },
    /** Has something done that every node must do. @throws ApiError 1050 when one does not answer in time */
    async require(kind: string, body?: unknown, extraMs?: number): Promise<readonly unknown[]> {
      const { bodies, isComplete } = await request(kind, body, extraMs);
      if (isComplete) return bodies;
      throw noAnswerInTime();
    },
  };
}

export const noAnswerInTime = () => new ApiError('timedOut', 'A node of the cluster did not answer in time.');
