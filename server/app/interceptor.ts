import type { Session } from '../presence/session.ts';
import type { HandOver } from './deliver.ts';

/** The points at which something may come between an app and its clients, and what it tells whoever waits for them. */
export interface Interceptor {
  /** Before a publish of this sender is accepted. @throws ApiError to refuse it */
  admit(fromUserId: string): void;
  /** Resolves when a publish of this sender may go on, before it is admitted; undefined when it may at once. */
  hold(fromUserId: string): Promise<void> | undefined;
  /** The way of a message to a user's sessions. */
  readonly handOver: HandOver;
  /** The same for a publish with so many recipients that is not sent. */
  foresee(recipients: number): HandOver;
  /** What it does to a publish with so many recipients: for each user a clause, to be explained with. */
  effects(recipients: number): ReadonlyMap<string, string>;
  /** Whether an accepted publish of this sender stays without an answer. */
  losesAnswer(fromUserId: string): boolean;
  /** Removes everything. */
  clear(): void;

  /** Whether this session's client cannot answer at all. */
  stops(session: Session): boolean;
  /** Why this session cannot confirm what it was handed, for now, as a clause; undefined when it can. */
  hindrance(session: Session): string | undefined;
  /** Resolves when all that is held back from this session now has left. */
  departure(session: Session): Promise<void>;
}

/** Where something puts itself while it has anything to intercept: an app that nothing stands before asks nobody. */
export interface Interception {
  active: Interceptor | undefined;
}
