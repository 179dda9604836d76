// Not the globals: a test may have put fake timers there, and the sockets here are real.
import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { Life } from './life.ts';
import { type Timer, TimerQueue } from './timer-queue.ts';

/** The machine's time when this process began, and what has passed since: whoever sets that clock changes nothing here. */
const machineNow = () => Math.trunc(performance.timeOrigin + performance.now());

/** The longest that a timer of Node's can wait; a longer one would fire at once. */
const longestAlarmMs = 2 ** 31 - 1;

/** What depends on time asks this for it, so that a test can hold it still. */
export type Clock = Pick<AppClock, 'now' | 'after'>;

/** What happens around an advance, in which no real time passes. */
export interface AdvanceHooks {
  /** Finds out which clients are alive, once for the whole advance. */
  before(): Promise<void>;
  /** Resolves when everything that the timers set off has arrived. */
  after(): Promise<void>;
}

/** What a clock shows. */
export interface ClockReading {
  /** Milliseconds since 1970. */
  now: number;
  frozen: boolean;
  /** When the next timer falls due; absent when none is set. */
  nextTimerAt?: number;
}

/** What steers the time of an app. */
export type ClockStep =
  | { action: 'freeze'; at: number }
  | { action: 'resume'; to?: 'now' | undefined }
  | { action: 'next' }
  | { action: 'advance'; ms: number };

/** The time of one app: the machine's, unless a test freezes or advances it. */
export class AppClock {
  #timers = new TimerQueue();
  readonly #hooks: AdvanceHooks;
  #isFrozen = false;
  #isAdvancing = false;
  /** The time while it stands still, frozen or advancing; undefined while it runs. */
  #stoppedAt: number | undefined;
  /** How far the running clock is ahead of the machine's. */
  #aheadMs = 0;
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt = Number.POSITIVE_INFINITY;
  #lastAdvance: Promise<unknown> = Promise.resolve();
  /** Ends with a reset, and when the clock is stopped. */
  readonly life = new Life();

  constructor(hooks: AdvanceHooks) {
    this.#hooks = hooks;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#stoppedAt ?? machineNow() + this.#aheadMs;
  }

  /** Calls `callback` once, `delayMs` from now; returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void {
    const timers = this.#timers; // a reset forgets them
    const timer: Timer = { dueAt: this.now() + delayMs, callback };
    timers.add(timer);
    this.#setAlarm();
    return () => timers.cancel(timer);
  }

  read(): ClockReading {
    const next = this.#timers.peek();
    return {
      now: this.now(),
      frozen: this.#isFrozen,
      ...(next === undefined ? {} : { nextTimerAt: next.dueAt }),
    };
  }

  /** Where it stops unless told otherwise: where it stands already, else at the machine's time. */
  get haltsAt(): number {
    return this.#stoppedAt ?? machineNow();
  }

  /** Stops the time. No timer fires until it is advanced or resumed. */
  freeze(at = this.haltsAt): void {
    this.#isFrozen = true;
    this.#stop(at);
  }

  /**
   * Lets the time run on from where it stands; from its end, if an advance is under way.
   * @param to `now`: from the machine's time instead. Where that is later, it is advanced to first
   */
  async resume({ to }: { to?: 'now' | undefined } = {}): Promise<ClockReading> {
    if (to === 'now') {
      await this.#afterOthers(() => this.#advanceTo(machineNow()));
      this.#stop(machineNow());
    }
    this.#isFrozen = false;
    if (!this.#isAdvancing) this.#run();
    return this.read();
  }

  /**
   * Moves the time on by `byMs`, firing each timer at its own instant and in order; resolves when what they set
   * off has happened. A running clock runs on from there.
   */
  advance(byMs: number): Promise<ClockReading> {
    return this.#afterOthers(() => this.#advanceTo(this.now() + byMs));
  }

  /** Moves the time on to the next timer and fires all of that instant. Without a timer nothing happens. */
  runToNextTimer(): Promise<ClockReading> {
    return this.#afterOthers(() => this.#advanceTo(this.#timers.peek()?.dueAt ?? this.now()));
  }

  /** Takes a step; resolves as the method of its name does. */
  async steer(step: ClockStep): Promise<ClockReading> {
    if (step.action === 'advance') return this.advance(step.ms);
    if (step.action === 'next') return this.runToNextTimer();
    if (step.action === 'resume') return this.resume(step);
    this.freeze(step.at);
    return this.read();
  }

  /** Back to the machine's time, running and without timers; an advance under way moves nothing any more. */
  reset(): void {
    this.#timers = new TimerQueue();
    this.#silenceAlarm();
    this.#isFrozen = false;
    this.#isAdvancing = false;
    this.#stoppedAt = undefined;
    this.#aheadMs = 0;
    this.life.end();
  }

  /** Fires no timer any more. */
  stop(): void {
    this.freeze(this.now());
    this.life.end();
  }

  /** One advance after the other: two at once would fire timers out of order. */
  #afterOthers(advance: () => Promise<void>): Promise<ClockReading> {
    const life = this.life.now;
    const begin = () => (life.aborted ? undefined : advance());
    const advanced = this.#lastAdvance.then(begin).then(() => this.read());
    this.#lastAdvance = advanced.catch(() => {});
    return advanced;
  }

  async #advanceTo(target: number): Promise<void> {
    const life = this.life.now;
    this.#isAdvancing = true;
    this.#stop(this.now());
    await this.#hooks.before();
    for (let fired = 1; !life.aborted && this.#fireNext(target); fired++) {
      if (fired % firedPerTurn === 0) await new Promise(setImmediate);
    }
    if (life.aborted) return;
    this.#stoppedAt = Math.max(this.now(), target);
    this.#isAdvancing = false;
    if (!this.#isFrozen) this.#run();
    await this.#hooks.after();
  }

  #stop(at: number): void {
    this.#stoppedAt = at;
    this.#silenceAlarm();
  }

  #run(): void {
    if (this.#stoppedAt === undefined) return;
    this.#aheadMs = this.#stoppedAt - machineNow();
    this.#stoppedAt = undefined;
    this.#setAlarm();
  }

  #fireDue(): void {
    this.#silenceAlarm();
    while (this.#fireNext(this.now()));
    this.#setAlarm();
  }

  /** Fires the next timer, at its own instant if the time stands still; false when none is due by `target`. */
  #fireNext(target: number): boolean {
    const timer = this.#timers.takeDue(target);
    if (timer === undefined) return false;
    if (this.#stoppedAt !== undefined) this.#stoppedAt = Math.max(this.#stoppedAt, timer.dueAt);
    timer.callback?.();
    return true;
  }

  /** Sets one timer of Node's for all of ours, for when the next falls due. */
  #setAlarm(): void {
    const next = this.#timers.peek();
    if (this.#stoppedAt !== undefined || next === undefined || next.dueAt >= this.#alarmAt) return;
    this.#silenceAlarm();
    this.#alarmAt = next.dueAt;
    const waitMs = Math.min(Math.max(0, next.dueAt - this.now()), longestAlarmMs);
    this.#alarm = setTimeout(() => this.#fireDue(), waitMs).unref();
  }

  #silenceAlarm(): void {
    clearTimeout(this.#alarm);
    this.#alarmAt = Number.POSITIVE_INFINITY;
  }
}

/** Timers after which an advance yields to the event loop, so that a long one does not block the server. */
const firedPerTurn = 10_000;
