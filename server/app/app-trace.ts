import type { Clock } from '../clock/app-clock.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import type { PublishSource, SimEvent } from '../core/sim-event.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { PresenceRegistry } from '../presence/registry.ts';
import type { Session } from '../presence/session.ts';
import type { Trace } from './trace.ts';

/** Tells the trace what happens in one app, in its words; nothing is put into words for nobody. */
export class AppTrace {
  readonly #appKey: string;
  readonly #trace: Trace;
  readonly #clock: Clock;
  readonly #presence: PresenceRegistry;

  constructor(appKey: string, trace: Trace, clock: Clock, presence: PresenceRegistry) {
    this.#appKey = appKey;
    this.#trace = trace;
    this.#clock = clock;
    this.#presence = presence;
  }

  hears(kind: SimEvent['event']): boolean {
    return this.#trace.isHeard(this.#appKey, kind);
  }

  /** @param hints on the parameters it came with */
  publish(
    { request, sentTime: at }: StatusMessage,
    via: PublishSource,
    report: DeliveryReport,
    hints: string[] = [],
  ): void {
    const { fromUserId, channelType, groupId, objectName, content } = request;
    this.#trace.emit({
      event: 'publish',
      at,
      appKey: this.#appKey,
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

  /** @param code with which it was closed */
  session(session: Session, state: 'opened' | 'closed', code?: number): void {
    if (!this.hears('session')) return;
    const { userId, id: sessionId, platform, clientIp } = session;
    this.#trace.emit({
      event: 'session',
      at: this.#clock.now(),
      appKey: this.#appKey,
      userId,
      sessionId,
      ...(platform === undefined ? {} : { platform }),
      ...(clientIp === undefined ? {} : { clientIp }),
      state,
      ...(code === undefined ? {} : { code }),
      online: this.#presence.isOnline(userId),
    });
  }
}
