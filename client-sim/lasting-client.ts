import { closeCodes } from '../server/protocol/close-codes.ts';
import type { Closing, SimClient } from './client.ts';
import { ConnectError, type ConnectOptions, connectClient } from './connect.ts';
import { timeLimit } from './time-limit.ts';
import type { Clock } from './typing.js';

export interface LastingOptions extends ConnectOptions {
  /** A session has opened: the first one, or one after another was lost. It begins with an empty inbox. */
  onOnline?: (session: SimClient) => void;
  /** The session was lost; unless the simulator wanted it so, the client comes back. */
  onOffline?: (closing: Closing) => void;
  /** Pause before the first attempt to come back; 200 ms unless told. It doubles with each that fails … */
  firstPauseMs?: number;
  /** … up to this; 10,000 ms unless told. */
  longestPauseMs?: number;
  /** What the pauses are measured with; the machine's unless told. */
  clock?: Pick<Clock, 'after'>;
}

/**
 * A user's client that comes back by itself when its session is lost, with pauses that grow, as the SDKs do. What was
 * sent while it was away is gone (B1.2), so every session begins anew. It stays away when it was told to: by `close`, by
 * another login that took its place, or because its login is refused.
 */
export class LastingClient implements AsyncDisposable {
  readonly #wsUrl: string | URL;
  readonly #options: LastingOptions;
  readonly #clock: Pick<Clock, 'after'>;
  #session: SimClient | undefined;
  #failures = 0;
  #isOver = false;
  #callOff = () => {};

  /** Use `connectLasting`. */
  constructor(wsUrl: string | URL, options: LastingOptions) {
    this.#wsUrl = wsUrl;
    this.#options = options;
    this.#clock = options.clock ?? machineClock;
  }

  /** The session that is open; undefined while there is none. */
  get session(): SimClient | undefined {
    return this.#session;
  }

  /** Opens a session. Rejects with a `ConnectError`. */
  async open(): Promise<void> {
    const session = await connectClient(this.#wsUrl, this.#options);
    this.#failures = 0;
    this.#session = session;
    void session.closed.then((closing) => this.#lose(closing));
    if (this.#isOver) await session.close();
    else this.#options.onOnline?.(session);
  }

  /** Goes offline for good. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#callOff();
    await this.#session?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #lose(closing: Closing): void {
    this.#session = undefined;
    if (closing.code === closeCodes.kicked) this.#isOver = true;
    this.#options.onOffline?.(closing);
    this.#comeBackLater();
  }

  #comeBackLater(): void {
    if (this.#isOver) return;
    const { firstPauseMs = 200, longestPauseMs = 10_000 } = this.#options;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures);
    // Not all at once: whom the same failure has sent away would come back as one.
    this.#callOff = this.#clock.after(pauseMs * (0.5 + Math.random() / 2), () => void this.#comeBack());
  }

  async #comeBack(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      this.#failures++;
      if (error instanceof ConnectError && error.closeCode === closeCodes.unauthorized) this.#isOver = true;
      this.#comeBackLater();
    }
  }
}

/** Opens a session that is replaced whenever it is lost. Rejects with a `ConnectError` when the first one does not open. */
export async function connectLasting(wsUrl: string | URL, options: LastingOptions): Promise<LastingClient> {
  const client = new LastingClient(wsUrl, options);
  await client.open();
  return client;
}

const machineClock: Pick<Clock, 'after'> = { after: timeLimit };
