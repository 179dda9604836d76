import { closeCodes } from '../server/protocol/close-codes.ts';
import { callBack } from './call-back.ts';
import type { Closing, SimClient, WaitOptions } from './client.ts';
import { ConnectError, type ConnectOptions, connectClient } from './connect.ts';
import { checkTime, timeLimit } from './time-limit.ts';
import type { Clock } from './typing.js';

export interface LastingOptions extends Omit<ConnectOptions, 'signal'> {
  /** A session has opened: the first one, or one after another was lost. It begins with an empty inbox. */
  onOnline?: (session: SimClient) => void;
  /** The session was lost; unless the simulator wanted it so, the client comes back. */
  onOffline?: (closing: Closing) => void;
  /** The simulator refused to let the client back in, so it stays away. */
  onRefused?: (error: ConnectError) => void;
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
 * another login that took its place, because its user is blocked, or because its login is refused. What a callback throws becomes an
 * uncaught error, and the client goes on.
 */
export class LastingClient implements AsyncDisposable {
  readonly #wsUrl: string | URL;
  readonly #options: LastingOptions;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #pauseMs: { first: number; longest: number };
  readonly #ending = new AbortController();
  #session: SimClient | undefined;
  #failures = 0;
  #isOver = false;
  #callOff = () => {};
  /** The attempt that is under way, or was the last one. */
  #attempt: Promise<void> | undefined;

  /** Use `connectLasting`. */
  constructor(wsUrl: string | URL, options: LastingOptions) {
    const { firstPauseMs = 200, longestPauseMs = 10_000 } = options;
    checkTime('firstPauseMs', firstPauseMs);
    checkTime('longestPauseMs', longestPauseMs);
    this.#pauseMs = { first: firstPauseMs, longest: longestPauseMs };
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
    const session = await connectClient(this.#wsUrl, { ...this.#options, signal: this.#ending.signal });
    if (this.#isOver) return session.close(); // it was closed meanwhile
    this.#failures = 0;
    this.#session = session;
    void session.closed.then((closing) => this.#lose(closing));
    callBack(this.#options.onOnline, session);
  }

  /**
   * Goes offline for good; resolves when the user is, even if it was coming back at that moment. Cuts the connection when
   * the simulator does not answer within `timeoutMs`, 5000 unless told.
   */
  async close({ timeoutMs = 5000 }: WaitOptions = {}): Promise<void> {
    // Given up at once, an attempt could still bring the user online a moment later.
    const callOff = timeLimit(timeoutMs, () => this.#ending.abort());
    this.#isOver = true;
    this.#callOff();
    await this.#attempt;
    callOff();
    await this.#session?.close({ timeoutMs });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #lose(closing: Closing): void {
    this.#session = undefined;
    if (final.includes(closing.code)) this.#isOver = true;
    callBack(this.#options.onOffline, closing);
    this.#comeBackLater();
  }

  #comeBackLater(): void {
    if (this.#isOver) return;
    const { first, longest } = this.#pauseMs;
    const pauseMs = Math.min(longest, first * 2 ** Math.min(this.#failures, 50));
    // Not all at once: whom the same failure has sent away would come back as one.
    this.#callOff = this.#clock.after(pauseMs * (0.5 + Math.random() / 2), () => {
      this.#attempt = this.#comeBack();
    });
  }

  async #comeBack(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      this.#failures++;
      if (error instanceof ConnectError && refused.includes(error.closeCode)) {
        this.#isOver = true;
        callBack(this.#options.onRefused, error);
      }
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

/** After which a client stays away: another login has its place, or its user is blocked. */
const final: readonly number[] = [closeCodes.kicked, closeCodes.blocked];
const refused: readonly number[] = [closeCodes.unauthorized, closeCodes.blocked];

const machineClock: Pick<Clock, 'after'> = { after: timeLimit };
