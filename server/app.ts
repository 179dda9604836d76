import { type AdvanceHooks, AppClock } from './clock/app-clock.ts';
import { ApiError } from './core/api-error.ts';
import { type DeliveryReport, expectedReport } from './core/delivery-report.ts';
import { planDelivery } from './core/plan-delivery.ts';
import type { PublishRequest } from './core/publish-request.ts';
import { RateWindow } from './core/rate-window.ts';
import type { PublishSource } from './core/sim-event.ts';
import { StatusMessage } from './core/status-message.ts';
import { issueToken, verifyToken } from './core/token.ts';
import { deliver } from './delivery/deliver.ts';
import { messageUIDs } from './delivery/message-uid.ts';
import { Ids } from './ids.ts';
import { Blacklists } from './presence/blacklists.ts';
import { PresenceRegistry } from './presence/registry.ts';
import type { Session } from './presence/session.ts';
import { settle } from './presence/settle.ts';
import { type CloseCode, closeCodes } from './protocol/close-codes.ts';
import type { Platform } from './protocol/frames.ts';
import type { SimulatorSettings } from './settings.ts';
import type { Trace } from './trace.ts';

/** An accepted publish; the report is there only when it was asked for. */
export interface Published {
  message: StatusMessage;
  report: DeliveryReport | undefined;
}

/** How a publish came in. */
export interface PublishOptions {
  via: PublishSource;
  /** Make the report even if nobody traces. */
  reported?: boolean;
  /** The session an upstream publish came from. */
  origin?: Session;
}

/** Whether a user is online, and with which sessions. */
export interface UserPresence {
  userId: string;
  online: boolean;
  sessions: { sessionId: string; platform?: Platform; openedAt: number }[];
}

/** One App-Key and all that it owns: users, sessions, blacklists, rate, time. Nothing crosses apps (B4.1). */
export class App implements AdvanceHooks {
  readonly key: string;
  /** What requests are signed with; undefined in open mode, where signatures are not checked (B4.3). */
  readonly secret: string | undefined;
  readonly settings: SimulatorSettings;
  readonly clock = new AppClock(this);
  readonly presence = new PresenceRegistry();
  readonly blacklists = new Blacklists();
  readonly #ids: Ids;
  readonly #trace: Trace;
  #rate: RateWindow;
  /** Who answers pings, while the clock jumps: no real time passes then in which anybody could. */
  #alive: ReadonlySet<Session> = new Set();

  constructor(key: string, secret: string | undefined, settings: SimulatorSettings, trace: Trace) {
    this.key = key;
    this.secret = secret;
    this.settings = settings;
    this.#ids = new Ids(settings.seed === undefined ? undefined : `${settings.seed}:${key}`);
    this.#trace = trace;
    this.#rate = this.#newRate();
  }

  /**
   * The one way in for every publish, whoever sends it: judged now, handed over now, then forgotten.
   * @throws ApiError 1008 when the rate would be exceeded; then nobody gets anything (B1.11, B3.11)
   */
  publish(request: PublishRequest, { via, reported = false, origin }: PublishOptions): Published {
    // A client's own publishes are limited per session instead (B1.13).
    if (origin === undefined) this.#countRecipients(request.toUserIds.length);
    const message = new StatusMessage(
      request,
      this.#ids.messageUIDs(request.toUserIds.length),
      this.clock.now(),
    );
    const plan = planDelivery(request, this.presence, this.blacklists, origin);
    const traced = this.#trace.isHeard(this.key);
    const report = deliver(plan, message, reported || traced);
    if (traced && report !== undefined) this.#tracePublish(message, via, report);
    return { message, report };
  }

  /** What a publish would bring, were it sent now. Nothing is sent and nothing counted. */
  explain(request: PublishRequest): DeliveryReport {
    return expectedReport(
      planDelivery(request, this.presence, this.blacklists),
      // No real ones: with a seed, a question must not change what comes after it.
      messageUIDs(request.toUserIds.length, '000000000000'),
    );
  }

  presenceOf(userId: string): UserPresence {
    const sessions = this.presence.sessionsOf(userId).map(({ id: sessionId, platform, openedAt }) => {
      return { sessionId, ...(platform === undefined ? {} : { platform }), openedAt };
    });
    return { userId, online: sessions.length > 0, sessions };
  }

  /** Brings a user online, and kicks the session whose place the new one takes (B5.2). */
  openSession(login: Pick<Session, 'userId' | 'platform' | 'connection'>): Session {
    const session: Session = { id: this.#ids.session(), openedAt: this.clock.now(), ...login };
    const replaced = this.presence.open(session);
    // Before anybody hears of the session, who might publish to it.
    session.connection.greet(session);
    this.#traceSession(session, 'opened');
    if (replaced !== undefined) {
      this.#traceSession(replaced, 'closed', closeCodes.kicked);
      replaced.connection.close(closeCodes.kicked, 'Another login of the same class of platform.');
    }
    return session;
  }

  /** Ends a session whose connection is closing or gone. Doing so twice is harmless. */
  endSession(session: Session, code: number): void {
    if (this.presence.end(session)) this.#traceSession(session, 'closed', code);
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
   * shown, through its own socket, that all handed to it before has arrived.
   * @throws ApiError 1050, naming the users whose clients did not show it within `timeoutMs` of real time
   */
  async settle(timeoutMs = settleMs): Promise<void> {
    const silent = await settle(this.presence.sessions(), timeoutMs);
    if (silent.length === 0) return;
    const users = [...new Set(silent.map(({ userId }) => JSON.stringify(userId)))].slice(0, 10).join(', ');
    throw new ApiError(
      'timedOut',
      `${silent.length} sessions did not confirm within ${timeoutMs} ms, among them of ${users}.`,
    );
  }

  /** Asks every client whether it is there, once for the whole advance. */
  async before(): Promise<void> {
    const silent = new Set(await settle(this.presence.sessions(), answerMs));
    this.#alive = new Set([...this.presence.sessions()].filter((session) => !silent.has(session)));
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

  /** Back to how a new app is: nobody connected, nobody blocked, nothing counted, the time running. */
  reset(): void {
    for (const userId of [...this.presence.onlineUsers()]) {
      this.disconnect(userId, closeCodes.disconnected, 'The app was reset.');
    }
    this.blacklists.clear();
    this.#rate = this.#newRate();
    this.clock.resume();
  }

  /** Closes every session; nothing of the app happens any more. */
  close(): void {
    for (const userId of [...this.presence.onlineUsers()]) {
      this.disconnect(userId, closeCodes.shuttingDown, 'The simulator is shutting down.');
    }
    this.clock.stop();
  }

  issueToken(userId: string): string {
    return issueToken(this.key, this.#tokenSecret, { userId, issuedAt: this.clock.now() });
  }

  /** The user a token of this app was issued for. */
  userOfToken(token: string): string | undefined {
    return verifyToken(this.key, this.#tokenSecret, token);
  }

  // In open mode anybody may be anybody: the key alone keeps a token valid over restarts.
  get #tokenSecret(): string {
    return this.secret ?? `open:${this.key}`;
  }

  #newRate(): RateWindow {
    return new RateWindow(this.settings.recipientsPerMinute, 60_000, this.clock);
  }

  #countRecipients(count: number): void {
    const waitMs = this.#rate.take(count);
    if (waitMs === 0) return;
    const limit = this.settings.recipientsPerMinute;
    throw new ApiError(
      'rateExceeded',
      `${count} more would exceed the limit of ${limit} messages a minute.`,
      Math.ceil(waitMs / 1000),
    );
  }

  #tracePublish(message: StatusMessage, via: PublishSource, report: DeliveryReport): void {
    const { fromUserId, channelType, objectName, content } = message.request;
    this.#trace.emit({
      event: 'publish',
      at: message.sentTime,
      appKey: this.key,
      via,
      fromUserId,
      channelType,
      objectName,
      contentBytes: Buffer.byteLength(content),
      report,
    });
  }

  #traceSession(session: Session, state: 'opened' | 'closed', code?: number): void {
    if (!this.#trace.isHeard(this.key)) return;
    const { userId, id: sessionId, platform } = session;
    this.#trace.emit({
      event: 'session',
      at: this.clock.now(),
      appKey: this.key,
      userId,
      sessionId,
      ...(platform === undefined ? {} : { platform }),
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
