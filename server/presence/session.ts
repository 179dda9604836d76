import type { DropReason } from '../core/delivery-report.ts';
import type { StatusMessage } from '../core/status-message.ts';
import { type Platform, platformClasses } from '../protocol/frames.ts';

/** A user's live connection: the unit that is online, that gets a message, and that is kicked (B1.1). */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly platform: Platform | undefined;
  /** Address and port that the client connects from. */
  readonly clientIp?: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly connection: Connection;
}

/** The pipe under a session. What it writes on the wire is its gateway's affair. */
export interface Connection {
  /** Tells the client that its session is open: always its first frame (B5.3). */
  greet(session: Session): void;
  /**
   * Hands over a message, or returns why it could not be (B1.12).
   * @param recipientIndex among all recipients, from 0
   */
  deliver(message: StatusMessage, recipientIndex: number): DropReason | undefined;
  /** Hands over the sender's own copy, or returns why it could not be (B1.6, B1.12). */
  echo(message: StatusMessage): DropReason | undefined;
  /** Why it would not take a message now; undefined also when that would be lost without a sign. */
  refusal(): DropReason | undefined;
  /** Resolves when the client has shown that all handed over before has arrived, or when it is gone. */
  confirm(): Promise<void>;
  /** Nothing passes any more, either way, and neither side is told; what is handed over is lost. Or all passes again. */
  blackhole(on: boolean): void;
  /** What is handed over waits here, and counts as the client's backlog (B1.12); or it goes out. These calls nest. */
  buffer(on: boolean): void;
  /** Breaks off without a word; what has not left yet is lost. */
  reset(): void;
  /** Begins to close; what was handed over before still goes out first, unless by 1006 it is to break off. */
  close(code: number, reason: string): void;
}

/** Whether a login of `next` takes the place of `current`: the same class of platform, one session each (B5.2). */
export function replaces(next: Pick<Session, 'platform'>, current: Pick<Session, 'platform'>): boolean {
  if (next.platform === undefined || current.platform === undefined) return false;
  return platformClasses[next.platform] === platformClasses[current.platform];
}
