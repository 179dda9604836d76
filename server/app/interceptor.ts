import type { AppClock } from '../clock/app-clock.ts';
import type { PresenceRegistry } from '../presence/registry.ts';
import type { Session } from '../presence/session.ts';
import type { HandOver } from './deliver.ts';

/** The points at which something may come between an app and its clients. By itself an app puts nothing there. */
export interface Interceptor {
  /** Before a publish of this sender is accepted. @throws ApiError to refuse it */
  admit(fromUserId: string): void;
  /** The way of a message to a user's sessions; undefined when nothing stands there. */
  readonly handOver: HandOver | undefined;
  /** The same for a publish with so many recipients that is not sent. */
  foresee(recipients: number): HandOver | undefined;
  /** What it does to a publish with so many recipients: for each user a clause, to be explained with. */
  effects(recipients: number): ReadonlyMap<string, string> | undefined;
  /** Whether an accepted publish of this sender stays without an answer. */
  losesAnswer(fromUserId: string): boolean;
  /** Removes everything. */
  clear(): void;
}

/** What keeps a client from confirming, for whoever waits for it. */
export interface Obstacles {
  /** Whether this session's client cannot answer at all. */
  stops(session: Session): boolean;
  /** Why this session cannot confirm what it was handed, for now, as a clause; undefined when it can. */
  hindrance(session: Session): string | undefined;
  /** Resolves when all that is held back from this session now has left. */
  departure(session: Session): Promise<void>;
}

/** What an interceptor may use of its app. */
export interface InterceptedApp {
  readonly presence: PresenceRegistry;
  readonly clock: Pick<AppClock, 'after' | 'read'>;
  /** A number from 0 up to 1, with a seed the same every time. */
  chance(): number;
}

export const noInterceptor: Interceptor & Obstacles = {
  admit() {},
  handOver: undefined,
  foresee: () => undefined,
  effects: () => undefined,
  losesAnswer: () => false,
  clear() {},
  stops: () => false,
  hindrance: () => undefined,
  departure: async () => {},
};
