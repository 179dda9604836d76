import type { Clock } from '../clock/app-clock.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import type { PublishSource, SimEvent } from '../core/sim-event.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { PresenceRegistry } from '../presence/registry.ts';
import type { Session } from '../presence/session.ts';

export type TraceListener = (event: SimEvent) => void;

type Kind = SimEvent['event'];

/** Tells the listeners what happens, as it happens. Keeps nothing. */
export class Trace {
  /** By the kind of event and then by app; under undefined, those of all apps. */
  readonly #listeners: Record<Kind, Map<string | undefined, Set<TraceListener>>> = {
    publish: new Map(),
    session: new Map(),
    refused: new Map(),
    accepted: new Map(),
  };

  /** Of one app, or of all; returns what ends it. */
  listen(listener: TraceListener, appKey?: string, kinds: readonly Kind[] = everyKind): () => void {
    const ends = kinds.map((kind) => {
      const byApp = this.#listeners[kind];
      const listeners = byApp.get(appKey) ?? new Set();
      byApp.set(appKey, listeners.add(listener));
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) byApp.delete(appKey);
      };
    });
    return () => {
      for (const end of ends) end();
    };
  }

  /** The apps that have listeners; undefined stands for all. */
  get apps(): IterableIterator<string | undefined> {
    return this.#listeners.publish.keys();
  }

  /** Whether anybody listens to this: reports are not made for nobody. */
  isHeard(appKey: string | undefined, kind: Kind): boolean {
    return this.#listeners[kind].has(appKey) || this.#listeners[kind].has(undefined);
  }

  emit(event: SimEvent): void {
    for (const appKey of new Set([event.appKey, undefined])) {
      for (const listener of [...(this.#listeners[event.event].get(appKey) ?? [])]) tell(listener, event);
    }
  }
}

const everyKind: readonly Kind[] = ['publish', 'session', 'refused', 'accepted'];

/** Thrown from here, the error of a listener would leave what the event tells of half done. */
function tell(listener: TraceListener, event: SimEvent): void {
  try {
    listener(event);
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

export type AppTrace = ReturnType<typeof appTrace>;

/** Tells the trace what happens in one app, in its words; nothing is put into words for nobody. */
export function appTrace(appKey: string, trace: Trace, clock: Clock, presence: PresenceRegistry) {
  return {
    hears: (kind: Kind) => trace.isHeard(appKey, kind),
    /** @param hints on the parameters it came with */
    publish(message: StatusMessage, via: PublishSource, report: DeliveryReport, hints: string[] = []): void {
      const { fromUserId, channelType, groupId, objectName, content, stored } = message.request;
      trace.emit({
        event: 'publish',
        at: message.sentTime,
        appKey,
        via,
        fromUserId,
        channelType,
        ...(groupId === undefined ? {} : { groupId }),
        objectName,
        contentBytes: Buffer.byteLength(content),
        ...(stored ? { stored } : {}),
        report,
        ...(hints.length === 0 ? {} : { hints }),
      });
    },
    /** A call that is not simulated, and was accepted all the same. */
    accepted(path: string): void {
      const note = 'accepted, not simulated';
      if (this.hears('accepted')) trace.emit({ event: 'accepted', at: clock.now(), appKey, path, note });
    },
    /** @param code with which it was closed, and by whom if a test has asked for that */
    session(session: Session, state: 'opened' | 'closed', code?: number, by?: 'sim'): void {
      if (!this.hears('session')) return;
      const { userId, id: sessionId, platform, clientIp } = session;
      trace.emit({
        event: 'session',
        at: clock.now(),
        appKey,
        userId,
        sessionId,
        ...(platform === undefined ? {} : { platform }),
        ...(clientIp === undefined ? {} : { clientIp }),
        state,
        ...(code === undefined ? {} : { code }),
        ...(by === undefined ? {} : { by }),
        online: presence.isOnline(userId),
      });
    },
  };
}
