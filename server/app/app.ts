import { performance } from 'node:perf_hooks';
import { AppClock, type ClockReading, type ClockStep } from '../clock/app-clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type GatheredShares, type ListChange, Peers, type Taken } from '../cluster/peers.ts';
import { ApiError } from '../core/api-error.ts';
import { Counts } from '../core/counts.ts';
import { type DeliveryReport, expectedReport } from '../core/delivery-report.ts';
import { ExpiredToken } from '../core/expired-token.ts';
import { groupRequests } from '../core/group-requests.ts';
import { MessageUIDs } from '../core/message-uids.ts';
import type { Fields } from '../core/parameters.ts';
import { planDelivery } from '../core/plan-delivery.ts';
import { PublishRate } from '../core/publish-rate.ts';
import type { Draft, GroupPublish, PublishRequest } from '../core/publish-request.ts';
import { mergeShares } from '../core/report-share.ts';
import type { PublishSource } from '../core/sim-event.ts';
import type { Soon } from '../core/soon.ts';
import { StatusMessage } from '../core/status-message.ts';
import { issueToken, verifyToken } from '../core/token.ts';
import type { FaultSpec } from '../faults/fault.ts';
import { Faults } from '../faults/faults.ts';
import { HostedClients } from '../hosted/hosted-clients.ts';
import { Blacklists } from '../presence/blacklists.ts';
import type { DistantSession } from '../presence/elsewhere.ts';
import { Groups } from '../presence/groups.ts';
import { PresenceRegistry } from '../presence/registry.ts';
import { replaces, type Session } from '../presence/session.ts';
import type { Settled } from '../presence/settle.ts';
import { type CloseCode, closeCodes } from '../protocol/close-codes.ts';
import type { Platform } from '../protocol/frames.ts';
import { AppTrace } from './app-trace.ts';
import { Barrier } from './barrier.ts';
import { deliver } from './deliver.ts';
import { Ids } from './ids.ts';
import type { SimulatorSettings } from './settings.ts';
import type { Trace } from './trace.ts';

/** An accepted publish; the report is there only when it was asked for. */
export interface Published {
  message: StatusMessage;
  report: DeliveryReport | undefined;
  /** What faults do to it, by user, as clauses to explain the report with; undefined when there are none. */
  effects: ReadonlyMap<string, string> | undefined;
}

/** What an app is measured with: several apps may share one. */
export interface Meter {
  readonly counts: Counts;
  /** Told how long a publish took, from its judgement to the last socket. */
  onFanOut(ms: number): void;
}

/** How a publish came in. */
export interface PublishOptions {
  via: PublishSource;
  /** Make the report even if nobody traces. */
  reported?: boolean;
  /** Makes the hints on the parameters it came with, if somebody traces. */
  hints?: () => string[];
  /** The session an upstream publish came from. */
  origin?: Session;
}

/** Whether a user is online, and with which sessions. */
export interface UserPresence {
  userId: string;
  online: boolean;
  sessions: { sessionId: string; platform?: Platform; openedAt: number }[];
}

/** One App-Key and all that it owns: users, sessions, blacklists, groups, rates, time, faults. Nothing crosses apps (B4.1). */
export class App {
  readonly key: string;
  /** What requests are signed with; undefined in open mode, where signatures are not checked (B4.3). */
  readonly secret: string | undefined;
  readonly settings: SimulatorSettings;
  readonly clock = new AppClock({
    before: () => this.barrier.before(),
    after: () => this.barrier.after(),
  });
  readonly presence: PresenceRegistry;
  readonly blacklists: Blacklists;
  readonly groups: Groups;
  readonly faults: Faults;
  /** Of this node. */
  readonly barrier: Barrier;
  readonly counts: Counts;
  readonly hostedClients: HostedClients;
  readonly #node: string | undefined;
  #ids: Ids;
  /** The app on the other nodes; undefined without a cluster. */
  readonly peers: Peers | undefined;
  readonly #trace: AppTrace;
  readonly #onFanOut: (ms: number) => void;
  #rates: Record<'recipients' | 'groups' | 'broadcasts', PublishRate>;

  constructor(
    key: string,
    secret: string | undefined,
    settings: SimulatorSettings,
    trace: Trace,
    meter: Meter = { counts: new Counts(), onFanOut: () => {} },
    cluster?: Cluster,
  ) {
    this.key = key;
    this.secret = secret;
    this.settings = settings;
    this.presence = new PresenceRegistry(settings);
    this.blacklists = new Blacklists(settings.blacklisted);
    this.groups = new Groups(settings);
    this.#node = cluster?.node;
    this.#ids = this.#newIds();
    this.peers = cluster && new Peers(cluster, key);
    this.#trace = new AppTrace(key, trace, this.clock, this.presence);
    this.counts = meter.counts;
    this.#onFanOut = meter.onFanOut;
    const chance = () => this.#ids.chance();
    this.faults = new Faults({ presence: this.presence, clock: this.clock, chance });
    this.barrier = new Barrier(this.presence, this.faults);
    this.#rates = this.#newRates();
    this.hostedClients = new HostedClients(settings.hostedClients, settings, cluster?.node);
  }

  /**
   * A publish to users: judged now, handed over now, then forgotten. In a cluster it is there when the others, who do
   * the same, have answered.
   * @throws ApiError 1008 when the rate would be exceeded; then nobody gets anything (B1.11, B3.11)
   */
  publish(request: PublishRequest, options: PublishOptions): Soon<Published> {
    this.faults.active?.admit(request.fromUserId);
    const count = request.toUserIds.length;
    const uids = this.#ids.messageUIDs(count);
    // A client's own publishes are limited per session instead (B1.13).
    if (options.origin !== undefined) return this.#send(request, uids, options);
    this.#rates.recipients.take(count);
    return this.#send(request, uids, options, ['recipients', count]);
  }

  /** One publish for each group, all or none of them. @throws ApiError 1008 (B1.13, B1.14) */
  publishToGroups(request: GroupPublish, options: PublishOptions): Soon<Published[]> {
    this.faults.active?.admit(request.fromUserId);
    const isUpstream = options.origin !== undefined;
    if (!isUpstream) this.#rates.groups.take(request.toGroupIds.length);
    const published = groupRequests(request, this.groups).map((each) => {
      return this.#send(each, this.#ids.messageUIDs(1), options, isUpstream ? undefined : ['groups', 1]);
    });
    return published.some((each) => each instanceof Promise)
      ? Promise.all(published)
      : (published as Published[]);
  }

  /** A publish to every user who is online, the sender too. @throws ApiError 1008 (B1.15) */
  broadcast(draft: Draft, options: PublishOptions): Soon<Published> {
    this.faults.active?.admit(draft.fromUserId);
    this.#rates.broadcasts.take(1);
    return this.#send(this.broadcastHere(draft), this.#ids.messageUIDs(1), options, ['broadcasts', 1]);
  }

  /** A broadcast as this node sees it: for its own users. */
  broadcastHere(draft: Draft): PublishRequest {
    return { ...draft, channelType: 'SYSTEM', toUserIds: [...this.presence.onlineUsers()] };
  }

  /** The one way that every publish goes, whoever sends it and whatever it is for. */
  #send(request: PublishRequest, uids: MessageUIDs, options: PublishOptions, taken?: Taken): Soon<Published> {
    const { via, reported = false, hints, origin } = options;
    const message = new StatusMessage(request, uids, this.clock.now());
    const traced = this.#trace.hears('publish');
    this.counts.publishes[via]++;
    if (this.peers?.any) return this.#sendToAll(message, options, taken, this.peers);
    const effects = reported ? this.faults.active?.effects(request.toUserIds.length) : undefined;
    const report = this.#handOver(message, reported || traced, origin, this.counts);
    if (traced && report !== undefined) this.#trace.publish(message, via, report, hints?.());
    return { message, report, effects };
  }

  /** The same on all nodes: on this one at once, and on the others as it gets there. */
  async #sendToAll(
    message: StatusMessage,
    { via, reported = false, hints, origin }: PublishOptions,
    taken: Taken | undefined,
    peers: Peers,
  ): Promise<Published> {
    const effects = reported ? this.faults.active?.effects(message.request.toUserIds.length) : undefined;
    const gathering = peers.publish(message, taken);
    const own = this.#handOver(message, true, origin)!;
    this.counts.reached(own);
    const report = this.#merge(own, await gathering, message);
    this.counts.judged(report);
    if (this.#trace.hears('publish')) this.#trace.publish(message, via, report, hints?.());
    return { message, report, effects };
  }

  /** Another node's publish: judged by who is online here, and handed over now. */
  relay(message: StatusMessage): DeliveryReport {
    const report = this.#handOver(message, true)!;
    this.counts.reached(report);
    return report;
  }

  /** This node's report with what the others share. */
  #merge(
    own: DeliveryReport,
    { shares, isComplete }: GatheredShares,
    message: StatusMessage,
  ): DeliveryReport {
    const { elsewhere } = this.presence;
    const isHidden = elsewhere.hasHidden ? (userId: string) => elsewhere.isHidden(userId) : undefined;
    return mergeShares(own, shares, message, isComplete ? isHidden : () => true);
  }

  /** What another node has taken of what all have in common (B1.13). */
  noteTaken([rate, units]: Taken): void {
    this.#rates[rate].note(units);
  }

  /** Judges a publish by the sessions of this node, and hands it to them. */
  #handOver(
    message: StatusMessage,
    reported: boolean,
    origin?: Session,
    counts?: Counts,
  ): DeliveryReport | undefined {
    const startedAt = performance.now();
    const plan = planDelivery(message.request, this.presence, this.blacklists, origin);
    const report = deliver(plan, message, reported, this.faults.active?.handOver, counts);
    this.#onFanOut(performance.now() - startedAt);
    return report;
  }

  /** What a publish would bring, were it sent now. Nothing is sent and nothing counted. */
  explain(request: PublishRequest): Soon<DeliveryReport> {
    // No real ones: with a seed, a question must not change what comes after it.
    const uids = new MessageUIDs(
      '000000000000',
      request.groupId === undefined ? request.toUserIds.length : 1,
    );
    const message = new StatusMessage(request, uids, this.clock.now());
    const own = this.explainHere(message);
    if (!this.peers?.any) return own;
    return this.peers.explain(message).then((gathered) => this.#merge(own, gathered, message));
  }

  /** The same for each of the groups. */
  explainToGroups(request: GroupPublish): Promise<{ groupId: string; report: DeliveryReport }[]> {
    const explained = groupRequests(request, this.groups).map(async (each) => {
      return { groupId: each.groupId!, report: await this.explain(each) };
    });
    return Promise.all(explained);
  }

  /** What it would bring on this node. */
  explainHere(message: StatusMessage): DeliveryReport {
    const { request } = message;
    const plan = planDelivery(request, this.presence, this.blacklists);
    const faults = this.faults.active;
    if (faults === undefined) return expectedReport(plan, message);
    return deliver(plan, message, true, faults.foresight(request.toUserIds.length))!;
  }

  /** There when this node knows all that the others knew before. */
  catchUp(): Soon<void> {
    return this.peers?.any ? this.peers.catchUp() : undefined;
  }

  /** As this node knows it: see `catchUp`. */
  presenceOf(userId: string): UserPresence {
    const { presence } = this;
    const all = [...presence.sessionsOf(userId), ...presence.elsewhere.sessionsOf(userId)];
    const sessions = all.map(({ id: sessionId, platform, openedAt }) => {
      return { sessionId, ...(platform === undefined ? {} : { platform }), openedAt };
    });
    return { userId, online: sessions.length > 0, sessions };
  }

  /** Everybody who is online, as this node knows it: see `catchUp`. */
  onlineUsers(): Set<string> {
    return new Set([...this.presence.onlineUsers(), ...this.presence.elsewhere.users()]);
  }

  /** Brings a user online, and kicks the session whose place the new one takes (B5.2). */
  openSession(login: Omit<Session, 'id' | 'openedAt'>): Session {
    const session: Session = { id: this.#ids.session(), openedAt: this.clock.now(), ...login };
    const replaced = this.presence.open(session);
    this.counts.sessions += replaced === undefined ? 1 : 0;
    const known = this.peers?.any ? this.peers.opened(session) : undefined;
    // Who is told that it is online must be so on every node.
    if (known !== undefined) session.connection.buffer(true);
    // Before anybody hears of the session, who might publish to it.
    session.connection.greet(session);
    void known?.then(() => session.connection.buffer(false));
    this.#trace.session(session, 'opened');
    if (replaced !== undefined) this.#kick(replaced);
    return session;
  }

  /** A session on another node takes the place of those of its class that are here. */
  giveWay(to: DistantSession): void {
    for (const session of this.presence.sessionsOf(to.userId)) {
      if (!replaces(to, session) || !this.peers?.isPlaced(session)) continue;
      this.presence.end(session);
      this.counts.sessions--;
      this.#kick(session);
    }
  }

  /** Ends a session whose connection is closing or gone. Doing so twice is harmless. */
  endSession(session: Session, code: number): void {
    if (!this.presence.end(session)) return;
    this.counts.sessions--;
    this.#tellClosed(session, code);
  }

  /** Closes every session of a user here; returns how many. */
  disconnect(userId: string, code: CloseCode, reason: string): number {
    const sessions = this.presence.sessionsOf(userId);
    for (const session of sessions) {
      this.endSession(session, code);
      session.connection.close(code, reason);
    }
    return sessions.length;
  }

  /** Closes every session of a user with 4011, wherever it is; how many there were. */
  disconnectEverywhere(userId: string): Soon<number> {
    const here = this.disconnectHere(userId);
    return this.peers?.any ? this.peers.disconnect(userId).then((there) => here + there) : here;
  }

  disconnectHere(userId: string): number {
    return this.disconnect(userId, closeCodes.disconnected, 'Disconnected by /sim.');
  }

  /** Changes a blacklist or a group, on all nodes. @throws ApiError 1002 when it would be too long */
  change(change: Omit<ListChange, 'at'>): Soon<void> {
    if (change.change === 'add') this[change.list].checkAdd(change.id, change.members);
    const dated = { ...change, at: this.peers?.changeTime() ?? 0 };
    if (this.peers?.any) return this.peers.change(dated, () => this.changeHere(dated));
    this.changeHere(dated);
  }

  changeHere({ list, change, id, members, at }: ListChange): void {
    if (change === 'drop') this[list].drop(id, at);
    else this[list][change](id, members, at);
  }

  /**
   * A barrier: every publish that was answered has its outcome; and every session has
   * shown, through its own socket, that all handed to it before has arrived, but for those that a fault keeps from it.
   * @throws ApiError 1050, naming the users whose clients did not show it within `timeoutMs` of real time
   */
  async settle(timeoutMs = settleMs): Promise<Settled> {
    const there = this.peers?.any ? this.peers.settle(timeoutMs) : [];
    const settled = [await this.barrier.settle(timeoutMs), ...(await there)];
    const failed = settled.flatMap((part) => part.failed);
    if (failed.length === 0) {
      const sessions = settled.reduce((sum, part) => sum + part.sessions, 0);
      return { sessions, unconfirmed: settled.flatMap((part) => part.unconfirmed) };
    }
    const users = [...new Set(failed.map((userId) => JSON.stringify(userId)))].slice(0, 10).join(', ');
    throw new ApiError('timedOut', `Not confirmed within ${timeoutMs} ms, in sessions of ${users}.`);
  }

  /** Sets a fault on all nodes, or removes some. */
  fault(action: 'set' | 'remove', fields: Fields): Soon<{ faults: FaultSpec[]; removed: number }> {
    const removed = this.faultHere(action, fields);
    const done = () => ({ faults: this.faults.list(), removed });
    return this.peers?.any ? this.peers.fault(action, fields).then(done) : done();
  }

  /** Returns how many were removed. */
  faultHere(action: 'set' | 'remove', fields: Fields): number {
    if (action === 'remove') return this.faults.remove(fields);
    this.faults.set(fields);
    return 0;
  }

  /** Steers the clock on all nodes; there when what that sets off has happened. */
  async steer(step: ClockStep): Promise<ClockReading> {
    const there = this.peers?.any ? this.peers.steer(step) : undefined;
    const reading = await this.clock.steer(step);
    await there;
    return reading;
  }

  /** Back to how a new app is, on all nodes. */
  resetEverywhere(): Soon<void> {
    const at = this.peers?.changeTime();
    this.reset(at);
    return this.peers?.any ? this.peers.reset(at!) : undefined;
  }

  /** Back to how a new app is: nobody connected, nobody blocked, nothing counted, no fault, the time running. */
  reset(at = this.peers?.changeTime()): void {
    this.faults.remove(); // first: who cannot be reached would not be told
    for (const userId of [...this.presence.onlineUsers()]) {
      this.disconnect(userId, closeCodes.disconnected, 'The app was reset.');
    }
    this.hostedClients.clear();
    this.blacklists.clear(at);
    this.groups.clear(at);
    this.#rates = this.#newRates();
    this.#ids = this.#newIds();
    this.clock.resume();
  }

  /** Closes every session; nothing of the app happens any more. */
  close(): void {
    for (const userId of [...this.presence.onlineUsers()]) {
      this.disconnect(userId, closeCodes.shuttingDown, 'The simulator is shutting down.');
    }
    this.hostedClients.clear();
    this.clock.stop();
  }

  /** @param address where clients find this server, if the token is to tell them */
  issueToken(userId: string, address?: string): string {
    return issueToken(this.key, this.#tokenSecret, { userId, issuedAt: this.clock.now() }, address);
  }

  /** The user a token was issued for. @throws ApiError 1002 when it is not this app's, or has expired (B4.4) */
  userOfToken(token: string): string {
    const claims = verifyToken(this.key, this.#tokenSecret, token);
    if (claims === undefined) throw new ApiError('badParameter', 'The token is not valid for this app.');
    if (this.clock.now() - claims.issuedAt > this.settings.tokenTtlMs) {
      throw new ExpiredToken();
    }
    return claims.userId;
  }

  // In open mode anybody may be anybody: the key alone keeps a token valid over restarts.
  get #tokenSecret(): string {
    return this.secret ?? `open:${this.key}`;
  }

  #kick(session: Session): void {
    this.counts.kicks++;
    this.#tellClosed(session, closeCodes.kicked);
    session.connection.close(closeCodes.kicked, 'Another login of the same class of platform.');
  }

  #tellClosed(session: Session, code: number): void {
    if (this.peers?.any) this.peers.closed(session);
    this.#trace.session(session, 'closed', code);
  }

  /** With a seed they begin anew. No two nodes have the same. */
  #newIds(): Ids {
    const { seed } = this.settings;
    return new Ids(seed === undefined ? undefined : [seed, this.#node, this.key].filter(isGiven).join(':'));
  }

  #newRates() {
    const { recipientsPerMinute, groupsPerSecond, broadcastsPerMinute } = this.settings;
    return {
      recipients: new PublishRate(recipientsPerMinute, 'messages a minute', 60_000, this.clock),
      groups: new PublishRate(groupsPerSecond, 'messages a second to groups', 1000, this.clock),
      broadcasts: new PublishRate(broadcastsPerMinute, 'broadcasts a minute', 60_000, this.clock),
    };
  }
}

const isGiven = (part: string | undefined) => part !== undefined;

/** Real time that clients have to confirm what they received, unless told otherwise. */
const settleMs = 5000;
