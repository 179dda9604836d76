import type { HostedClientRow } from '../../client-sim/hosted/hosted-client.ts';
import type { ClockReading, ClockStep } from '../clock/app-clock.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import type { Draft, GroupPublish, PublishRequest } from '../core/publish-request.ts';
import type { PublishSource } from '../core/sim-event.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Aim } from '../presence/aim.ts';
import type { ListChange } from '../presence/lists.ts';
import type { Session } from '../presence/session.ts';
import type { Platform } from '../protocol/frames.ts';
import type { TraceListener } from './trace.ts';

/** The app itself answers at once; a layer above it may have to wait. */
type Eventually<T> = T | Promise<T>;

/** Calls `listener` at each event of this app, wherever it happens; what comes back ends that. */
export type Listen = (listener: TraceListener, appKey: string) => Eventually<() => void>;

/** How a publish came in. */
export interface PublishOptions {
  via: PublishSource;
  /** Make the report even if nobody traces. */
  reported?: boolean;
  /** Makes the hints on the parameters it came with, if somebody traces. */
  hints?: () => string[];
  /** The session an upstream publish came from. */
  origin?: Session;
  /** Takes from that session's rate, which counts instead of the app's (B1.13). @throws ApiError 1008 */
  takeRate?: () => void;
}

/** What became, or would become, of one publish. */
export interface Explained {
  report: DeliveryReport;
  /** What stands in the way of its messages, by user, as clauses to explain the report with. */
  effects: ReadonlyMap<string, string> | undefined;
}

/** An accepted publish; the report is there only when it was asked for. */
export interface Published extends Omit<Explained, 'report'> {
  message: StatusMessage;
  report: DeliveryReport | undefined;
}

/** Judges publishes at this instant, hands them over, and forgets them (B1.2, B1.3). */
export interface Publisher {
  /** @throws ApiError when it is refused, for example with 1008; then nobody gets anything (B1.11, B3.11) */
  publish(request: PublishRequest, options: PublishOptions): Eventually<Published>;
  /** One publish for each group, all or none of them. @throws ApiError as above (B1.13, B1.14) */
  publishToGroups(request: GroupPublish, options: PublishOptions): Eventually<Published[]>;
  /** A publish to every user who is online, the sender included. @throws ApiError as above (B1.15) */
  broadcast(draft: Draft, options: PublishOptions): Eventually<Published>;
  /** What a publish would bring, or that to each group, were it sent now. Nothing is sent and nothing counted. */
  explain(request: PublishRequest | GroupPublish): Eventually<Explained[]>;
}

/** Whether a user is online, and with which sessions. */
export interface UserPresence {
  userId: string;
  online: boolean;
  sessions: { sessionId: string; platform?: Platform; openedAt: number }[];
}

/** Tells who is online. Whoever needs to be certain awaits `catchUp` first. */
export interface Directory {
  catchUp(): Eventually<void>;
  isOnline(userId: string): boolean;
  presenceOf(userId: string): UserPresence;
  onlineUsers(): Set<string>;
  hostedClients(): Eventually<HostedClientRow[]>;
}

/** The outcome of a barrier. */
export interface Settled {
  /** Sessions that have confirmed. */
  sessions: number;
  /** Sessions that a fault keeps from confirming; they are not awaited (B6.7). */
  unconfirmed: Unconfirmed[];
}

export interface Unconfirmed {
  userId: string;
  sessionId: string;
  /** A clause that names the fault. */
  why: string;
}

/** Which sessions to close, and how: with 4011 unless told otherwise. */
export interface Disconnection extends Aim {
  /** What the client is to see: with 1005 the close frame has no code, with 1006 there is none. */
  code?: number;
  reason?: string;
}

/** Changes an app's state, apart from publishes and sessions. */
export interface Control {
  /** Changes lists, all of these or none. @throws ApiError 1002 when one would be too long */
  change(changes: readonly ListChange[]): Eventually<void>;
  /** Closes sessions of a user; how many there were. */
  disconnect(which: Disconnection): Eventually<number>;
  /**
   * A barrier: every publish that was answered has its outcome, and every session has shown, through its own socket,
   * that all handed to it before has arrived, unless something hinders it.
   * @throws ApiError 1050, naming the users whose clients did not show it within `timeoutMs` of real time
   */
  settle(timeoutMs?: number): Promise<Settled>;
  /** Resolves once everything that this sets off has happened. */
  steer(step: ClockStep): Promise<ClockReading>;
  /** Makes the app as new: nobody connected, nobody blocked, no rate used, no fault, the time running. */
  reset(): Eventually<void>;
  /** Closes every session on this process; nothing of the app happens here any more. */
  close(): void;
}
