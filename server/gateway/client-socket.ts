import { WebSocket } from 'ws';

/**
 * A WebSocket that emits `closing` once, with the close code, when its end begins, whichever side begins it: ws answers
 * a client's close frame, or a frame that it cannot accept, through its own `close()`, which it does not document. The
 * event `close` comes a round trip later, too late for a user who must be offline by then (B1.1).
 */
export class ClientSocket extends WebSocket {
  #isClosing = false;
  #isBlackholed = false;
  /** The code of an end that came while it was blackholed. */
  #hiddenCode: number | undefined;

  override close(code: number = noStatus, reason?: string | Buffer): void {
    this.#beginClosing(code);
    // While blackholed, only the client can start a close, and we do not answer it.
    if (this.#isBlackholed) super.terminate();
    else super.close(code === noStatus ? undefined : code, reason);
  }

  override terminate(): void {
    this.#beginClosing(abnormalClosure);
    super.terminate();
  }

  /** There is no socket any more, or half of one. A close under way goes on: ws bounds its time. */
  breakOff(): void {
    if (!this.#isClosing) this.terminate();
  }

  /** Ends at once, even while it is blackholed, and without a close frame. */
  giveUp(code: number = abnormalClosure): void {
    super.terminate();
    this.#isBlackholed = false;
    this.#beginClosing(code);
  }

  /** Hides that the client goes; if it went meanwhile, it is gone when this ends. */
  blackhole(on: boolean): void {
    this.#isBlackholed = on;
    if (!on && this.#hiddenCode !== undefined) this.#beginClosing(this.#hiddenCode);
  }

  #beginClosing(code: number): void {
    if (this.#isClosing) return;
    if (this.#isBlackholed) {
      this.#hiddenCode ??= code;
      return;
    }
    this.#isClosing = true;
    this.emit('closing', code);
  }
}

// What RFC 6455, section 7.4.1, calls a close frame without a code, and an end without a close frame.
const noStatus = 1005;
export const abnormalClosure = 1006;
