import type { ClockStep } from '../clock/app-clock.ts';
import { ApiError } from '../core/api-error.ts';
import type { Fields } from '../core/parameters.ts';
import type { ReportShare } from '../core/report-share.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';
import type { SettledHere } from '../presence/settle.ts';
import type { HostedClientRow } from '../protocol/hosted-client-row.ts';
import { limits } from '../protocol/limits.ts';
import type { Cluster } from './cluster.ts';
import type { Answers } from './gathering.ts';

/** What an app may take only so often, by name. */
export type RateName = 'recipients' | 'groups' | 'broadcasts';

/** So many units of a rate that one node has taken, for the others to count. */
export type Taken = readonly [rate: RateName, units: number];

/** A change of a blacklist or a group. */
export interface ListChange {
  readonly list: 'blacklists' | 'groups';
  readonly change: 'add' | 'remove' | 'drop';
  /** Of the list: a user, or a group. */
  readonly id: string;
  readonly members: readonly string[];
  /** Milliseconds since 1970; of two versions of a list the one that was changed later counts. */
  readonly at: number;
}

/** What the others share of a publish. */
export interface GatheredShares {
  readonly shares: readonly ReportShare[];
  /** Whether each node that may be there has answered. */
  readonly isComplete: boolean;
}

/** A request as it came to a node, for another one. */
export interface ForwardedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As JSON; undefined when there was none. */
  readonly payload?: string;
}

export interface ForwardedAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Real time that another node has to answer a request: as long as a look into an inbox may take, and more. */
const forwardMs = limits.inboxWaitMs + 5000;

/** Real time that the other nodes have to steer a clock, which fires what is due and waits for what comes of it. */
const steerMs = 60_000;

/** The same app on the other nodes of the cluster: what to tell it, and what to ask it. */
export class Peers {
  readonly #cluster: Cluster;
  readonly #appKey: string;
  /** Sessions of this node whose place in the order of all logins has still to come. */
  readonly #unplaced = new Set<string>();
  /** What carries out this node's own changes, by their time, while their turn has still to come. */
  readonly #changes = new Map<number, () => void>();
  #lastChangeAt = 0;

  constructor(cluster: Cluster, appKey: string) {
    this.#cluster = cluster;
    this.#appKey = appKey;
  }

  /** Whether there may be any. */
  get any(): boolean {
    return !this.#cluster.isAlone;
  }

  /** Sends a publish to all, and gathers what became of it there. */
  publish(message: StatusMessage, taken: Taken | undefined): Promise<GatheredShares> {
    return this.#gatherShares('publish', message, taken);
  }

  /** Gathers what would become of a publish. */
  explain(message: StatusMessage): Promise<GatheredShares> {
    return this.#gatherShares('explain', message);
  }

  async #gatherShares(
    kind: 'publish' | 'explain',
    message: StatusMessage,
    taken?: Taken,
  ): Promise<GatheredShares> {
    const { request, messageUIDs, sentTime } = message;
    const { toUserIds, ...draft } = request;
    const { bodies, isComplete } = await this.#ask(kind, {
      // In a broadcast each node finds the recipients among its own users.
      request: message.isBroadcast ? draft : { ...draft, toUserIds },
      uid: messageUIDs.of(0),
      uids: messageUIDs.count,
      sentTime,
      taken,
      // They are not waited for. Should they come to now, it is too late for them.
      without: this.#cluster.hidden,
    });
    return { shares: bodies.filter(isShare), isComplete };
  }

  /** Resolves when the others know of the session, as far as they answer in time. */
  async opened({ connection: _, ...session }: Session): Promise<void> {
    this.#unplaced.add(session.id);
    await this.#ask('opened', session);
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
    this.#cluster.tell('closed', this.#appKey, { userId, id });
  }

  /** Resolves when all that the others said before has come in. */
  async catchUp(): Promise<void> {
    await this.#ask('sync');
  }

  /**
   * Has a list changed on every node, in one order for all changes; resolves when it is, as far as they answer in time.
   * @param apply changes it here
   */
  async change(change: ListChange, apply: () => void): Promise<void> {
    this.#changes.set(change.at, apply);
    await this.#ask('change', change);
    // It has not come back: the others cannot be reached. Once they can, the later version of the list counts.
    this.changed(change.at);
  }

  /** This node's own change has come to its place among all. */
  changed(at: number): void {
    this.#changes.get(at)?.();
    this.#changes.delete(at);
  }

  /** For a change: a time later than that of any so far. */
  changeTime(): number {
    this.#lastChangeAt = Math.max(Date.now(), this.#lastChangeAt + 1);
    return this.#lastChangeAt;
  }

  /** Takes over the time of another node's change. */
  seeChange(at: number): void {
    this.#lastChangeAt = Math.max(this.#lastChangeAt, at);
  }

  /** Closes all sessions that a user has on other nodes; resolves to how many. */
  async disconnect(userId: string): Promise<number> {
    const { bodies } = await this.#ask('disconnect', { userId });
    return bodies
      .filter((body) => Number.isInteger(body))
      .reduce<number>((sum, body) => sum + Number(body), 0);
  }

  /** @throws ApiError 1050 when a node does not answer */
  async settle(timeoutMs: number): Promise<SettledHere[]> {
    return (await this.#must('settle', { timeoutMs }, timeoutMs)) as SettledHere[];
  }

  /** Steers the clock on the other nodes. @throws ApiError 1050 as above */
  async steer(step: ClockStep): Promise<void> {
    await this.#must('steer', step, steerMs);
  }

  /** Sets a fault, or removes some. @throws ApiError 1050 as above */
  async fault(action: 'set' | 'remove', fields: Fields): Promise<void> {
    await this.#must('fault', { action, fields: [...fields] });
  }

  /** The simulated clients that the other nodes run. */
  async clients(): Promise<HostedClientRow[]> {
    return (await this.#must('clients')).flat() as HostedClientRow[];
  }

  /** Whether this is the name of another node, which is known. */
  isPeer(node: string): boolean {
    return this.#cluster.peers.includes(node);
  }

  /** Has another node answer a request, which has to do with something only that one has. @throws ApiError 1050 as above */
  async forward(node: string, request: ForwardedRequest): Promise<ForwardedAnswer> {
    const { bodies } = await this.#cluster.askOne(node, 'request', this.#appKey, request, forwardMs);
    if (bodies.length === 0) throw noAnswerInTime();
    return bodies[0] as ForwardedAnswer;
  }

  /** @throws ApiError 1050 as above */
  async reset(at: number): Promise<void> {
    await this.#must('reset', { at });
  }

  #ask(kind: string, body?: unknown, extraMs?: number): Promise<Answers> {
    return this.#cluster.ask(kind, this.#appKey, body, extraMs);
  }

  /** For what is not done while somebody may not have done it. */
  async #must(kind: string, body?: unknown, extraMs?: number): Promise<readonly unknown[]> {
    const { bodies, isComplete } = await this.#ask(kind, body, extraMs);
    if (isComplete) return bodies;
    throw noAnswerInTime();
  }
}

const noAnswerInTime = () => new ApiError('timedOut', 'A node of the cluster did not answer in time.');

/** As far as the rest of the program relies on it: another node's version may have said it. */
function isShare(body: unknown): body is ReportShare {
  const { rows, echo } = Object(body);
  return Array.isArray(rows) && typeof Object(echo).outcome === 'string';
}
