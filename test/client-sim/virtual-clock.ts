import type { Clock } from '../../client-sim/typing.js';

/** A time that passes only on command. */
export class VirtualClock implements Clock {
  /** Timers that are set and not cancelled. */
  readonly timers = new Set<{ dueAt: number; callback: () => void }>();
  #now = 1_795_000_000_000;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueAt: this.#now + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Fires each timer that falls due on the way, at its own instant. */
  advanceTo(target: number): void {
    for (let timer = this.#next(target); timer; timer = this.#next(target)) {
      this.#now = timer.dueAt;
      this.timers.delete(timer);
      timer.callback();
    }
    this.#now = target;
  }

  #next(target: number) {
    const due = [...this.timers].filter(({ dueAt }) => dueAt <= target);
    return due.sort((a, b) => a.dueAt - b.dueAt)[0];
  }
}
