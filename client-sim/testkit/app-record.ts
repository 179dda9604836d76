import type { AppControl, Simulator } from '../../server/index.ts';
import { PublishLog } from '../claims/publish-log.ts';
import type { SimClient } from '../client.ts';
import { Hints } from './hints.ts';

const records = new WeakMap<SimClient, AppRecord>();

/** What the kit knows about a client's app, beyond what the client received. */
export class AppRecord {
  readonly publishes: PublishLog;
  /** Assertions not awaited yet, each with the function that makes its failure. */
  readonly unawaited = new Map<object, () => Error>();
  isOpen = true;
  readonly #control: AppControl;
  readonly #hints: Hints;

  constructor(control: AppControl, simulator: Simulator) {
    this.publishes = new PublishLog(control.key);
    this.#control = control;
    this.#hints = Hints.of(simulator);
    this.#hints.ofTests.add(control.key);
  }

  /** Undefined if the kit did not connect the client. */
  static of(client: SimClient): AppRecord | undefined {
    return records.get(client);
  }

  /** Makes this the record that explains failures about the client. */
  follow(client: SimClient): void {
    records.set(client, this);
  }

  /** @throws AssertionError for the first assertion that was never awaited */
  close(): void {
    this.isOpen = false;
    this.#hints.ofTests.delete(this.#control.key);
    const [fail] = this.unawaited.values();
    this.unawaited.clear();
    if (fail) throw fail();
  }

  /** The simulator's hints on publishes that may have been meant for the user. */
  hintsAbout(userId: string): string[] {
    return this.#hints.about(userId, this.#control.key);
  }

  /** The fault that keeps the client from passing a barrier, as a clause. */
  hindrance(client: SimClient): string | undefined {
    return this.#control.hindrance(client);
  }
}
