import type { ServerFrame } from '../../server/protocol/frames.ts';
import type { ClientSocket } from '../client-socket.ts';
import { parseFrame } from '../parse-frame.ts';

/** What comes to a session by itself, and may be late. */
const unasked: readonly (ServerFrame['type'] | undefined)[] = ['status', 'echo', 'presence'];

/** Who is told what happens at a gate. */
export interface ArrivalWatch {
  onHeld(frame: ServerFrame | undefined): void;
  onLetIn(): void;
}

/**
 * Holds what comes to a session until it is let in, in order (B1.10). An answer, or the end of the session, is not held:
 * what came before it goes in first (B1.9).
 */
export class ArrivalGate implements ClientSocket {
  readonly #socket: ClientSocket;
  readonly #watch: ArrivalWatch;
  readonly #held: unknown[] = [];
  #listener: (data: unknown) => void = () => {};

  constructor(socket: ClientSocket, watch: ArrivalWatch) {
    this.#socket = socket;
    this.#watch = watch;
  }

  /** The first of it is let in next. */
  get held(): readonly unknown[] {
    return this.#held;
  }

  letIn(): void {
    this.#watch.onLetIn();
    this.#listener(this.#held.shift());
  }

  on(event: 'message', listener: (data: unknown) => void): void {
    this.#listener = listener;
    this.#socket.on(event, (data) => {
      const frame = parseFrame(data);
      this.#held.push(data);
      this.#watch.onHeld(frame);
      if (!unasked.includes(frame?.type)) this.#letAllIn();
    });
  }

  once(event: 'close', listener: (code: number, reason: Uint8Array) => void): void {
    this.#socket.once(event, (code, reason) => {
      this.#letAllIn();
      listener(code, reason);
    });
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #letAllIn(): void {
    while (this.#held.length > 0) this.letIn();
  }
}
