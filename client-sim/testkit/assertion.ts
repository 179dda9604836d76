import { quote } from '../claims/quote.ts';
import { SimClient } from '../client.ts';
import { AppRecord } from './app-record.ts';
import { CallSite } from './call-site.ts';
import { failure, wrongSubject } from './verdict.ts';

/** The function the test called. */
type Spelling = 'expect' | 'expectClient' | 'expectNone';

/**
 * Makes an assertion about a client: a promise that rejects with the test's own line. Unless awaited, the client's
 * app fails the test on closing.
 * @param wraps how many promises the runner chains to it before the test gets it
 * @throws TypeError if it is not about a client
 */
export function assertion<T>(
  client: SimClient,
  spelling: Spelling,
  judge: () => Promise<T>,
  wraps = 0,
): Promise<T> {
  refuseOthers(client);
  const call = new Call(client, spelling, wraps);
  return AwaitedPromise.of(call, judge());
}

/** Thrown rather than rejected: a test that forgets the `await` fails as well. */
function refuseOthers(client: unknown): void {
  if (!(client instanceof SimClient)) throw wrongSubject(client, 'a client', 'sim.connect()');
}

/** Shared by all promises chained to one assertion. */
class Call {
  readonly site = new CallSite();
  readonly #record: AppRecord | undefined;
  readonly #wraps: number;
  /** Set one microtask after the call: by then the test has the promise, and cannot have awaited it yet. */
  #isReturned = false;

  constructor(client: SimClient, spelling: Spelling, wraps: number) {
    this.#wraps = wraps;
    const record = AppRecord.of(client);
    this.#record = record?.isOpen ? record : undefined;
    this.#record?.unawaited.set(this, () => {
      return this.site.adopt(failure(notAwaited(client, spelling)));
    });
    // Not `queueMicrotask`, which the test may have faked.
    Promise.resolve().then(() => {
      this.#isReturned = true;
    });
  }

  /** Whether a `then` at this depth is the runner's, and not an `await` of the test's. */
  isWrapping(depth: number): boolean {
    return !this.#isReturned && depth < this.#wraps;
  }

  /** Whether the app reports it on closing; then it need not be an unhandled rejection as well. */
  get isWatched(): boolean {
    return this.#record !== undefined;
  }

  noteAwaited(): void {
    this.#record?.unawaited.delete(this);
  }
}

/** A subclass, because `await` does not call the `then` of a plain promise. */
class AwaitedPromise<T> extends Promise<T> {
  #call: Call | undefined;
  #depth = 0;

  static of<T>(call: Call, outcome: Promise<T>): Promise<T> {
    return new AwaitedPromise<T>((resolve) => resolve(outcome)).#join(call, 0);
  }

  // biome-ignore lint/suspicious/noThenProperty: this is how an await is noticed
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const call = this.#call;
    if (call?.isWrapping(this.#depth)) {
      const next = super.then(onFulfilled, onRejected) as AwaitedPromise<A | B>;
      return next.#join(call, this.#depth + 1);
    }
    call?.noteAwaited();
    return super.then(onFulfilled, onRejected && ((error) => onRejected(call?.site.adopt(error) ?? error)));
  }

  #join(call: Call, depth: number): this {
    this.#call = call;
    this.#depth = depth;
    if (call.isWatched) super.then(undefined, () => {});
    return this;
  }
}

function notAwaited({ userId }: SimClient, spelling: Spelling): string {
  const name = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(userId) ? userId : 'client';
  return `An assertion about ${quote(userId)} was not awaited: write "await ${spelling}(${name})…".`;
}
