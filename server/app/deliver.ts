import type { Counters } from '../core/counters.ts';
import {
  type DeliveryReport,
  type DropReason,
  echoOutcome,
  type RecipientOutcome,
  recipientOutcome,
  toldOf,
} from '../core/delivery-report.ts';
import type { DeliveryPlan } from '../core/plan-delivery.ts';
import type { Draft } from '../core/publish-request.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';

/** The sessions of one user that a message is for. */
export interface Share {
  readonly userId: string;
  readonly sessions: readonly Session[];
}

/** Sends a message to one session; returns why, if it could not. The sender's echo has no `recipientIndex`. */
export type Send = (session: Session, recipientIndex?: number) => DropReason | undefined;

/** Sends a message to all sessions of a share; returns why, for each that did not get it. */
export type HandOver = (share: Share, send: Send, recipientIndex?: number) => readonly DropReason[];

/**
 * Carries out a plan: hands the message to every session in it, at once and in order.
 * @param handOver how the message reaches the sessions: directly, unless a fault is set
 * @returns what became of each recipient; undefined unless it is to be reported, which has its cost
 */
export function deliver(
  plan: DeliveryPlan<Session>,
  message: StatusMessage,
  reported: boolean,
  handOver: HandOver = handOverStraight,
  counters?: Counters,
): DeliveryReport | undefined {
  const rows: RecipientOutcome[] = [];
  // Once for all: tsx gives every named function its name, at fifty times the cost of a delivery.
  const send: Send = ({ connection }, recipientIndex = 0) => connection.deliver(message, recipientIndex);
  for (let recipientIndex = 0; recipientIndex < plan.recipients.length; recipientIndex++) {
    const recipient = plan.recipients[recipientIndex]!;
    const misses = handOver(recipient, send, recipientIndex);
    counters?.recipient(recipient, misses);
    if (reported) rows.push(recipientOutcome(recipient, message.messageUIDs.of(recipientIndex), misses));
  }
  const sender = { userId: message.request.fromUserId, sessions: plan.echo.sessions };
  const misses = handOver(sender, ({ connection }) => connection.echo(message));
  counters?.echo(plan.echo, misses);
  return reported ? toldOf(message, { recipients: rows, echo: echoOutcome(plan.echo, misses) }) : undefined;
}

/** Nothing stands between the message and the sessions. */
export function handOverStraight({ sessions }: Share, send: Send, recipientIndex?: number) {
  let reasons: readonly DropReason[] = none;
  for (const session of sessions) {
    const reason = send(session, recipientIndex);
    if (reason !== undefined) reasons = [...reasons, reason];
  }
  return reasons;
}

/** Shared, because most messages miss nobody. */
const none: readonly DropReason[] = [];

/** Where something may come between a publish and its recipients. */
export interface Rehearsal {
  /** Before a publish of this sender is accepted. @throws ApiError to refuse it */
  admit(fromUserId: string): void;
  /** How a message reaches a user's sessions. */
  handOver(message: StatusMessage): HandOver;
  /** What it does to a publish: a clause for each user affected, to explain the report. */
  effects(message: StatusMessage): ReadonlyMap<string, string>;
}

/** The points at which something may come between an app and its clients, and what it says to those who wait for them. */
export interface Interceptor extends Rehearsal {
  /**
   * Resolves when a publish may go on, before it is admitted; undefined when it may at once.
   * @throws ApiError 1002 when too many wait
   */
  hold(publish: Draft): Promise<void> | undefined;
  /** The same for publishes that are only explained, one after the other: nothing happens, and nothing is counted. */
  rehearse(): Rehearsal;
  /** Whether an accepted publish of this sender stays without an answer. */
  losesAnswer(fromUserId: string): boolean;
  /** Passes an online-status event of this user on to the webhook, now or later. */
  announce(userId: string, pass: PassEvent): void;
  /** Removes everything. */
  clear(): void;

  /** Whether this session's client cannot answer at all. */
  stops(session: Session): boolean;
  /** Why this session cannot confirm what it was handed, for now, as a clause; undefined when it can. */
  hindrance(session: Session): string | undefined;
  /** Resolves when all that is held back from this session now has left. */
  departure(session: Session): Promise<void>;
}

/** Passes an online-status event on, and says what is to go wrong with its post: not taken at first, or made twice. */
export type PassEvent = (mishap?: 'refused' | 'repeated') => void;

/** The slot for an interceptor, empty unless it has something to intercept: an app without faults asks nobody. */
export interface Interception {
  active: Interceptor | undefined;
}
