/** One call that waits for its time. */
export interface Timer {
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  /** Undefined once cancelled. */
  callback: (() => void) | undefined;
}

/** Timers in the order in which they fall due; those of the same instant in the order in which they were set. */
export class TimerQueue {
  /** A binary heap: each timer is due no later than the two below it. */
  #heap: { timer: Timer; order: number }[] = [];
  #order = 0;
  #cancelled = 0;

  add(timer: Timer): void {
    this.#heap.push({ timer, order: this.#order++ });
    this.#rise(this.#heap.length - 1);
  }

  /** It stays in its place until that comes up, or most are such: else they would pile up while the time stands still. */
  cancel(timer: Timer): void {
    if (timer.callback !== undefined) this.#cancelled++;
    timer.callback = undefined;
    if (this.#cancelled < 1000 || this.#cancelled < this.#heap.length / 2) return;
    this.#cancelled = 0;
    this.#heap = this.#heap.filter((each) => each.timer.callback !== undefined).sort(byDueTime);
  }

  /** The next timer that is not cancelled. */
  peek(): Timer | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.timer.callback === undefined) this.#removeFirst();
    return this.#heap[0]?.timer;
  }

  /** Takes the next timer, if it is due at `now`. */
  takeDue(now: number): Timer | undefined {
    const timer = this.peek();
    if (timer === undefined || timer.dueAt > now) return undefined;
    this.#removeFirst();
    return timer;
  }

  #removeFirst(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    const parent = (index - 1) >> 1;
    if (index === 0 || this.#precedes(parent, index)) return;
    this.#swap(index, parent);
    this.#rise(parent);
  }

  #sink(index: number): void {
    let first = index;
    for (const child of [2 * index + 1, 2 * index + 2]) {
      if (child < this.#heap.length && this.#precedes(child, first)) first = child;
    }
    if (first === index) return;
    this.#swap(index, first);
    this.#sink(first);
  }

  #precedes(a: number, b: number): boolean {
    return byDueTime(this.#heap[a]!, this.#heap[b]!) < 0;
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }
}

function byDueTime(one: { timer: Timer; order: number }, other: { timer: Timer; order: number }): number {
  return one.timer.dueAt - other.timer.dueAt || one.order - other.order;
}
