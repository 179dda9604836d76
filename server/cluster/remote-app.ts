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

/** The same app on the other nodes: what to tell it, and what to ask it. */
export class RemoteApp {
  readonly #cluster: Cluster;
  readonly #key: string;
  /** Sessions of this node whose place in the order of all logins is still to come. */
  readonly #unplaced = new Set<string>();
  /** What carries out this node's own changes, by their time, while their turn is still to come. */
  readonly #changes = new Map<number, () => void>();

  constructor(cluster: Cluster, key: string) {
    this.#cluster = cluster;
    this.#key = key;
  }

  /** Whether there surely is no other node. */
  get isAlone(): boolean {
    return this.#cluster.isAlone;
  }

  /** Sends a publish to all, and gathers what became of it there. */
  publish(message: StatusMessage, charge: Charge | undefined): Promise<GatheredShares> {
    return this.#gatherShares('publish', message, charge);
  }

  /** Gathers what would become of a publish. */
  explain(message: StatusMessage): Promise<GatheredShares> {
    return this.#gatherShares('explain', message);
  }

  /** Resolves when the others know of the session, as far as they answer in time. */
  async opened({ connection: _, ...session }: Session): Promise<void> {
    this.#unplaced.add(session.id);
    await this.request('opened', session);
    this.#unplaced.delete(session.id);
  }

  /** This node's own login has come to its place among all. */
  placed(sessionId: string): void {
    this.#unplaced.delete(sessionId);
  }

  /** Whether this session's login comes before any that another node tells of now. */
  isPlaced(session: Session): boolean {
    return !this.#unplaced.has(session.id);
  }

  closed({ userId, id }: Session): void {
    this.#cluster.notify('closed', this.#key, { userId, id });
  }

  /**
   * Has a list changed on every node, in one order for all changes; resolves when it is, as far as they answer in time.
   * @param apply changes it here
   */
  async change(change: DatedChange, apply: () => void): Promise<void> {
    this.#changes.set(change.at, apply);
    await this.request('change', change);
    // It has not come back: the others cannot be reached. Once they can, the later version of the list counts.
    this.changed(change.at);
  }

  /** This node's own change has come to its place among all. */
  changed(at: number): void {
    this.#changes.get(at)?.();
    this.#changes.delete(at);
  }

  /**
   * Has something done that must not count as done while a node may not have done it.
   * @param extraMs how long it may take the others
   * @throws ApiError 1050 when a node does not answer
   */
  async require(kind: string, body?: unknown, extraMs?: number): Promise<readonly unknown[]> {
    const { bodies, isComplete } = await this.request(kind, body, extraMs);
    if (isComplete) return bodies;
    throw noAnswerInTime();
  }

  /** Has something done as far as the others answer in time. Alone, there is nobody to ask. */
  request(kind: string, body?: unknown, extraMs?: number): Promise<Answers> {
    return this.#cluster.request(kind, this.#key, body, extraMs);
  }

  async #gatherShares(
    kind: 'publish' | 'explain',
    { request, messageUIDs, sentTime, isBroadcast }: StatusMessage,
    charge?: Charge,
  ): Promise<GatheredShares> {
    const { toUserIds, ...draft } = request;
    const { bodies, isComplete } = await this.request(kind, {
      // In a broadcast each node finds the recipients among its own users.
      request: isBroadcast ? draft : { ...draft, toUserIds },
      uid: messageUIDs.of(0),
      uids: messageUIDs.count,
      sentTime,
      charge,
      // Hidden nodes are not awaited; if one wakes, it must ignore this publish.
      without: this.#cluster.hidden,
    });
    return { shares: bodies.filter(isShare), isComplete };
  }
}

export const noAnswerInTime = () => new ApiError('timedOut', 'A node of the cluster did not answer in time.');

/** As far as the rest of the program relies on it: another node's version may have said it. */
function isShare(body: unknown): body is ReportShare {
  const { rows, echo } = Object(body);
  return Array.isArray(rows) && typeof Object(echo).outcome === 'string';
}
