import type { Clock } from '../clock/app-clock.ts';

export interface HeartbeatOptions {
  clock: Clock;
  /** Time between two pings. */
  intervalMs: number;
  /** Silence after which the client counts as gone. */
  timeoutMs: number;
  ping(): void;
  /** Called once, when no pong came for `timeoutMs`. */
  onDead(): void;
}

/** Finds the client that is gone without a word: a ping at each interval, dead without a pong in time (B5.7). */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #lastPongAt: number;
  #cancel: () => void;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#lastPongAt = options.clock.now();
    this.#cancel = this.#schedule();
  }

  pong(): void {
    this.#lastPongAt = this.#options.clock.now();
  }

  stop(): void {
    this.#cancel();
  }

  #schedule(): () => void {
    const { clock, intervalMs, timeoutMs } = this.#options;
    const now = clock.now();
    const delayMs = Math.min(intervalMs, this.#lastPongAt + timeoutMs - now);
    return clock.after(delayMs, () => this.#beat(now + delayMs));
  }

  #beat(dueAt: number): void {
    const { clock, timeoutMs, ping, onDead } = this.#options;
    const now = clock.now();
    // If this timer is late, the process was paused: extend the client's deadline by that much.
    this.#lastPongAt = Math.min(now, this.#lastPongAt + now - dueAt);
    if (now - this.#lastPongAt >= timeoutMs) onDead();
    else {
      ping();
      this.#cancel = this.#schedule();
    }
  }
}
