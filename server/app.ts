import { nanoid } from 'nanoid';
import { ApiError } from './core/api-error.ts';
import type { Clock } from './core/clock.ts';
import { type DeliveryReport, expectedReport } from './core/delivery-report.ts';
import { planDelivery } from './core/plan-delivery.ts';
import type { PublishRequest } from './core/publish-request.ts';
import { RateWindow } from './core/rate-window.ts';
import type { PublishSource } from './core/sim-event.ts';
import { StatusMessage } from './core/status-message.ts';
import { issueToken, verifyToken } from './core/token.ts';
import { deliver } from './delivery/deliver.ts';
import { messageUIDs } from './delivery/message-uid.ts';
import { Blacklists } from './presence/blacklists.ts';
import { PresenceRegistry } from './presence/registry.ts';
import type { Session } from './presence/session.ts';
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

/** One App-Key and all that it owns: users, sessions, blacklists, rate. Nothing crosses apps (B4.1). */
export class App {
  readonly key: string;
  /** What requests are signed with; undefined in open mode, where signatures are not checked (B4.3). */
  readonly secret: string | undefined;
  readonly settings: SimulatorSettings;
  readonly clock: Clock;
  readonly presence = new PresenceRegistry();
  readonly blacklists = new Blacklists();
  readonly #trace: Trace;
  readonly #rate: RateWindow;

  constructor(
    key: string,
    secret: string | undefined,
    settings: SimulatorSettings,
    clock: Clock,
    trace: Trace,
  ) {
    this.key = key;
    this.secret = secret;
    this.settings = settings;
    this.clock = clock;
    this.#trace = trace;
    this.#rate = new RateWindow(settings.recipientsPerMinute, 60_000, clock);
  }

  /**
   * The one way in for every publish, whoever sends it: judged now, handed over now, then forgotten.
   * @throws ApiError 1008 when the rate would be exceeded; then nobody gets anything (B1.11, B3.11)
   */
  publish(request: PublishRequest, { via, reported = false, origin }: PublishOptions): Published {
    // A client's own publishes are limited per session instead (B1.13).
    if (origin === undefined) this.#countRecipients(request.toUserIds.length);
    const message = new StatusMessage(request, messageUIDs(request.toUserIds.length), this.clock.now());
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
      messageUIDs(request.toUserIds.length),
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
    const session: Session = { id: nanoid(), openedAt: this.clock.now(), ...login };
    const replaced = this.presence.open(session);
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

  #countRecipients(count: number): void {
    const waitMs = this.#rate.take(count);
    if (waitMs === 0) return;
    const limit = this.settings.recipientsPerMinute;
    throw new ApiError(
      'rateExceeded',
      `${count} more recipients would exceed the limit of ${limit} messages a minute.`,
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
