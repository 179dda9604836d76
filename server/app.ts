import { type AdvanceHooks, AppClock } from './clock/app-clock.ts';
import { ApiError } from './core/api-error.ts';
import { Counts } from './core/counts.ts';
import { type DeliveryReport, expectedReport } from './core/delivery-report.ts';
import { ExpiredToken } from './core/expired-token.ts';
import { groupRequests } from './core/group-requests.ts';
import { planDelivery } from './core/plan-delivery.ts';
import { PublishRate } from './core/publish-rate.ts';
import type { Draft, GroupPublish, PublishRequest } from './core/publish-request.ts';
import type { PublishSource } from './core/sim-event.ts';
import { StatusMessage } from './core/status-message.ts';
import { issueToken, verifyToken } from './core/token.ts';
import { deliver } from './delivery/deliver.ts';
import { messageUIDs } from './delivery/message-uid.ts';
import { Faults } from './faults/faults.ts';
import { HostedClients } from './hosted/hosted-clients.ts';
import { Ids } from './ids.ts';
import { Blacklists } from './presence/blacklists.ts';
import { Groups } from './presence/groups.ts';
import { PresenceRegistry } from './presence/registry.ts';
import type { Session } from './presence/session.ts';
import { type Settled, settle, type Unconfirmed } from './presence/settle.ts';
import { type CloseCode, closeCodes } from './protocol/close-codes.ts';
import type { Platform } from './protocol/frames.ts';
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
export class App implements AdvanceHooks {
  readonly key: string;
  /** What requests are signed with; undefined in open mode, where signatures are not checked (B4.3). */
  readonly secret: string | undefined;
  readonly settings: SimulatorSettings;
  readonly clock = new AppClock(this);
  readonly presence: PresenceRegistry;
  readonly blacklists: Blacklists;
  readonly groups: Groups;
  readonly faults: Faults;
  readonly counts: Counts;
  readonly hostedClients: HostedClients;
  #ids: Ids;
  readonly #trace: Trace;
  readonly #onFanOut: (ms: number) => void;
  #rates: Record<'recipients' | 'groups' | 'broadcasts', PublishRate>;
  /** Who answers pings, while the clock jumps: no real time passes then in which anybody could. */
  #alive: ReadonlySet<Session> = new Set();

  constructor(
    key: string,
    secret: string | undefined,
    settings: SimulatorSettings,
    trace: Trace,
    meter: Meter = { counts: new Counts(), onFanOut: () => {} },
  ) {
    this.key = key;
    this.secret = secret;
    this.settings = settings;
    this.presence = new PresenceRegistry(settings);
    this.blacklists = new Blacklists(settings.blacklisted);
    this.groups = new Groups(settings);
    this.#ids = this.#newIds();
    this.#trace = trace;
    this.counts = meter.counts;
    this.#onFanOut = meter.onFanOut;
    const chance = () => this.#ids.chance();
    this.faults = new Faults({ presence: this.presence, clock: this.clock, chance });
    this.#rates = this.#newRates();
    this.hostedClients = new HostedClients(settings.hostedClients, settings);
  }

  /**
   * A publish to users: judged now, handed over now, then forgotten.
   * @throws ApiError 1008 when the rate would be exceeded; then nobody gets anything (B1.11, B3.11)
   */
  publish(request: PublishRequest, options: PublishOptions): Published {
    this.faults.active?.admit(request.fromUserId);
    const count = request.toUserIds.length;
    // A client's own publishes are limited per session instead (B1.13).
    if (options.origin === undefined) this.#rates.recipients.take(count);
    return this.#send(request, this.#ids.messageUIDs(count), options);
  }

  /** One publish for each group, all or none of them. @throws ApiError 1008 (B1.13, B1.14) */
  publishToGroups(request: GroupPublish, options: PublishOptions): Published[] {
    this.faults.active?.admit(request.fromUserId);
    if (options.origin === undefined) this.#rates.groups.take(request.toGroupIds.length);
    return groupRequests(request, this.groups).map((each) => {
      return this.#send(each, this.#ids.messageUIDs(1), options);
    });
  }

  /** A publish to every user who is online, the sender too. @throws ApiError 1008 (B1.15) */
  broadcast(draft: Draft, options: PublishOptions): Published {
    this.faults.active?.admit(draft.fromUserId);
    this.#rates.broadcasts.take(1);
    const toUserIds = [...this.presence.onlineUsers()];
    return this.#send({ ...draft, channelType: 'SYSTEM', toUserIds }, this.#ids.messageUIDs(1), options);
  }

  /** The one way that every publish goes, whoever sends it and whatever it is for. */
  #send(
    request: PublishRequest,
    uids: readonly string[],
    { via, reported = false, hints, origin }: PublishOptions,
  ): Published {
    const startedAt = performance.now();
    const message = new StatusMessage(request, uids, this.clock.now());
    const plan = planDelivery(request, this.presence, this.blacklists, origin);
    const traced = this.#trace.isHeard(this.key, 'publish');
    const faults = this.faults.active;
    const effects = reported ? faults?.effects(request.toUserIds.length) : undefined;
    const report = deliver(plan, message, reported || traced, faults?.handOver, this.counts);
    this.counts.publishes[via]++;
    this.#onFanOut(performance.now() - startedAt);
    if (traced && report !== undefined) this.#tracePublish(message, via, report, hints?.());
    return { message, report, effects };
  }

  /** What a publish would bring, were it sent now. Nothing is sent and nothing counted. */
  explain(request: PublishRequest): DeliveryReport {
    // No real ones: with a seed, a question must not change what comes after it.
    const uids = messageUIDs(request.toUserIds.length, '000000000000');
    if (request.groupId !== undefined) uids.fill(uids[0]!);
    const plan = planDelivery(request, this.presence, this.blacklists);
    const faults = this.faults.active;
    if (faults === undefined) return expectedReport(plan, uids);
    const message = new StatusMessage(request, uids, this.clock.now());
    return deliver(plan, message, true, faults.foresight(request.toUserIds.length))!;
  }

  /** The same for each of the groups. */
  explainToGroups(request: GroupPublish): { groupId: string; report: DeliveryReport }[] {
    return groupRequests(request, this.groups).map((each) => {
      return { groupId: each.groupId!, report: this.explain(each) };
    });
  }

  presenceOf(userId: string): UserPresence {
    const sessions = this.presence.sessionsOf(userId).map(({ id: sessionId, platform, openedAt }) => {
      return { sessionId, ...(platform === undefined ? {} : { platform }), openedAt };
    });
    return { userId, online: sessions.length > 0, sessions };
  }

  /** Brings a user online, and kicks the session whose place the new one takes (B5.2). */
  openSession(login: Omit<Session, 'id' | 'openedAt'>): Session {
    const session: Session = { id: this.#ids.session(), openedAt: this.clock.now(), ...login };
    const replaced = this.presence.open(session);
    this.counts.sessions += replaced === undefined ? 1 : 0;
    // Before anybody hears of the session, who might publish to it.
    session.connection.greet(session);
    this.#traceSession(session, 'opened');
    if (replaced !== undefined) {
      this.counts.kicks++;
      this.#traceSession(replaced, 'closed', closeCodes.kicked);
      replaced.connection.close(closeCodes.kicked, 'Another login of the same class of platform.');
    }
    return session;
  }

  /** Ends a session whose connection is closing or gone. Doing so twice is harmless. */
  endSession(session: Session, code: number): void {
    if (!this.presence.end(session)) return;
    this.counts.sessions--;
    this.#traceSession(session, 'closed', code);
  }

  /** Closes every session of a user; returns how many. */
  disconnect(userId: string, code: CloseCode, reason: string): number {
    const sessions = this.presence.sessionsOf(userId);
    for (const session of sessions) {
      this.endSession(session, code);
      session.connection.close(code, reason);
    }
    return sessions.length;
  }

  /**
   * A barrier: every publish accepted before has its outcome, for each has that at once; and every session has
   * shown, through its own socket, that all handed to it before has arrived. It waits for what a fault delays, unless
   * the clock is frozen; it waits for no session that a fault keeps from answering.
   * @throws ApiError 1050, naming the users whose clients did not show it within `timeoutMs` of real time
   */
  async settle(timeoutMs = settleMs): Promise<Settled> {
    const [asked, hindered] = this.#setApart(this.presence.sessions());
    const silent = await settle(asked, timeoutMs, (session) => this.faults.departure(session));
    const [failed, hinderedSince] = this.#setApart(silent);
    if (failed.length === 0) {
      const unconfirmed = [...hindered, ...hinderedSince];
      return { sessions: asked.length - hinderedSince.length, unconfirmed };
    }
    const users = [...new Set(failed.map(({ userId }) => JSON.stringify(userId)))].slice(0, 10).join(', ');
    throw new ApiError('timedOut', `Not confirmed within ${timeoutMs} ms, in sessions of ${users}.`);
  }

  /** Asks every client whether it is there, once for the whole advance. */
  async before(): Promise<void> {
    const reachable = () => [...this.presence.sessions()].filter((session) => !this.faults.stops(session));
    const silent = new Set(await settle(reachable(), answerMs));
    this.#alive = new Set(reachable().filter((session) => !silent.has(session)));
  }

  /** Lets what the timers set off arrive. */
  async after(): Promise<void> {
    const alive = this.#alive;
    this.#alive = new Set();
    await settle(alive, answerMs);
  }

  /** Whether this client would answer a ping at this instant of an advance. */
  answersNow(session: Session): boolean {
    return this.#alive.has(session);
  }

  /** Back to how a new app is: nobody connected, nobody blocked, nothing counted, no fault, the time running. */
  reset(): void {
    this.faults.remove(); // first: who cannot be reached would not be told
    for (const userId of [...this.presence.onlineUsers()]) {
      this.disconnect(userId, closeCodes.disconnected, 'The app was reset.');
    }
    this.hostedClients.clear();
    this.blacklists.clear();
    this.groups.clear();
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

  /** Who can confirm what they were handed, and who cannot because of a fault. */
  #setApart(sessions: Iterable<Session>): [able: Session[], unable: Unconfirmed[]] {
    const able: Session[] = [];
    const unable: Unconfirmed[] = [];
    for (const session of sessions) {
      const why = this.faults.hindrance(session);
      if (why === undefined) able.push(session);
      else unable.push({ userId: session.userId, sessionId: session.id, why });
    }
    return [able, unable];
  }

  /** With a seed they begin anew. */
  #newIds(): Ids {
    const { seed } = this.settings;
    return new Ids(seed === undefined ? undefined : `${seed}:${this.key}`);
  }

  #newRates() {
    const { recipientsPerMinute, groupsPerSecond, broadcastsPerMinute } = this.settings;
    return {
      recipients: new PublishRate(recipientsPerMinute, 'messages a minute', 60_000, this.clock),
      groups: new PublishRate(groupsPerSecond, 'messages a second to groups', 1000, this.clock),
      broadcasts: new PublishRate(broadcastsPerMinute, 'broadcasts a minute', 60_000, this.clock),
    };
  }

  #tracePublish(
    message: StatusMessage,
    via: PublishSource,
    report: DeliveryReport,
    hints: string[] = [],
  ): void {
    const { fromUserId, channelType, groupId, objectName, content } = message.request;
    this.#trace.emit({
      event: 'publish',
      at: message.sentTime,
      appKey: this.key,
      via,
      fromUserId,
      channelType,
      ...(groupId === undefined ? {} : { groupId }),
      objectName,
      contentBytes: Buffer.byteLength(content),
      report,
      ...(hints.length === 0 ? {} : { hints }),
    });
  }

  #traceSession(session: Session, state: 'opened' | 'closed', code?: number): void {
    if (!this.#trace.isHeard(this.key, 'session')) return;
    const { userId, id: sessionId, platform, clientIp } = session;
    this.#trace.emit({
      event: 'session',
      at: this.clock.now(),
      appKey: this.key,
      userId,
      sessionId,
      ...(platform === undefined ? {} : { platform }),
      ...(clientIp === undefined ? {} : { clientIp }),
      state,
      ...(code === undefined ? {} : { code }),
      online: this.presence.isOnline(userId),
    });
  }
}

/** Real time that clients have to confirm what they received, unless told otherwise. */
const settleMs = 5000;

/** Real time that a client has to answer when the clock is about to jump. */
const answerMs = 1000;
