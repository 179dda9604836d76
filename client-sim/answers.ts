import type {
  ErrorFrame,
  PublishedFrame,
  PublishFrame,
  SyncedFrame,
  SyncFrame,
} from '../server/protocol/frames.ts';
import { timeLimit } from './time-limit.ts';

export type Answer = PublishedFrame | SyncedFrame | ErrorFrame;

/** The requests of a session that wait for the frame that answers them. Knows no socket. */
export class Answers {
  /** By frame id; a text says why no answer will come. */
  readonly #waiting = new Map<string, (answer: Answer | string) => void>();
  #lastId = 0;
  #closing: string | undefined;

  newId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  /** Rejects when no answer comes within `timeoutMs`, or none can come any more. */
  wait<A extends Answer>(request: PublishFrame | SyncFrame, timeoutMs: number): Promise<A | ErrorFrame> {
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer | string) => {
        callOff();
        this.#waiting.delete(request.id);
        if (typeof answer === 'string') reject(new Error(`No answer to a ${request.type}: ${answer}.`));
        else resolve(answer as A | ErrorFrame);
      };
      const callOff = timeLimit(timeoutMs, () => settle(`none came within ${timeoutMs} ms`));
      this.#waiting.set(request.id, settle);
      if (this.#closing) settle(this.#closing);
    });
  }

  /** Whether anybody waited for this frame. */
  deliver(frame: Answer): boolean {
    const settle = this.#waiting.get(frame.id ?? '');
    settle?.(frame);
    return settle !== undefined;
  }

  /** No more answers will come. `closing` says why, as in "the session closed with 4010". */
  close(closing: string): void {
    this.#closing = closing;
    for (const settle of this.#waiting.values()) settle(closing);
  }
}
