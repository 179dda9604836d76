import { SimClient } from '../client.ts';
import { AppRecord } from './app-record.ts';
import { CallSite } from './call-site.ts';
import { quote } from './quote.ts';
import { failure } from './verdict.ts';

/** How the test spells it. */
type Spelling = 'expect' | 'expectClient' | 'expectNone';

/**
 * An assertion about a client as a promise that fails at the line of the test that made it. If that line does not await
 * it, the client's app fails the test when it closes.
 * @param wraps how often the runner itself chains to the promise before it hands it to the test
 * @throws TypeError for what is no client
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

/** At once: this fails the right test even where the promise is forgotten. */
function refuseOthers(client: unknown): void {
  if (client instanceof SimClient) return;
  const hint = client instanceof Promise ? ' Await sim.connect() first.' : '';
  throw new CallSite().adopt(
    new TypeError(`The assertion is about a client, as sim.connect() gives it, not about this value.${hint}`),
  );
}

/** What the promises that are chained to one assertion have in common. */
class Call {
  readonly site = new CallSite();
  readonly #record: AppRecord | undefined;
  readonly #wraps: number;
  /** The test has it, which it awaits later than in the very call. */
  #isReturned = false;

  constructor(client: SimClient, spelling: Spelling, wraps: number) {
    this.#wraps = wraps;
    const record = AppRecord.of(client);
    this.#record = record?.isOpen ? record : undefined;
    this.#record?.unawaited.set(this, () => {
      return this.site.adopt(failure(notAwaited(client, spelling)));
    });
    // Not `queueMicrotask`, which a test may have faked.
    Promise.resolve().then(() => {
      this.#isReturned = true;
    });
  }

  /** Whether a `then` this deep in the chain is the runner's own, and not yet the test's. */
  isWrapping(depth: number): boolean {
    return !this.#isReturned && depth < this.#wraps;
  }

  /** The closing app will tell: a rejection need not count as unhandled, too. */
  get isWatched(): boolean {
    return this.#record !== undefined;
  }

  noteAwaited(): void {
    this.#record?.unawaited.delete(this);
  }
}

/** Not a plain promise, of which an `await` would not call `then`. */
class AwaitedPromise<T> extends Promise<T> {
  #call: Call | undefined;
  #depth = 0;

  static of<T>(call: Call, outcome: Promise<T>): Promise<T> {
    return new AwaitedPromise<T>((resolve) => resolve(outcome)).#join(call, 0);
  }

  // biome-ignore lint/suspicious/noThenProperty: who awaits the promise calls it
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
