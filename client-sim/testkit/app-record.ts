import type { AppControl, Simulator } from '../../server/index.ts';
import type { SimClient } from '../client.ts';
import { Hints } from './hints.ts';
import { PublishLog } from './publish-log.ts';

const records = new WeakMap<SimClient, AppRecord>();

/** What the kit knows of the app behind a client, besides what the client itself received. */
export class AppRecord {
  readonly publishes: PublishLog;
  /** Assertions about its clients that no test has awaited yet, each with what makes it fail. */
  readonly unawaited = new Map<object, () => Error>();
  /** Until `close`. */
  isOpen = true;
  readonly #control: AppControl;
  readonly #hints: Hints;

  constructor(control: AppControl, simulator: Simulator) {
    this.publishes = new PublishLog(control.key);
    this.#control = control;
    this.#hints = Hints.of(simulator);
    this.#hints.addTest(control.key);
  }

  /** Undefined when it was not the kit that connected the client. */
  static of(client: SimClient): AppRecord | undefined {
    return records.get(client);
  }

  /** From now on this record explains what fails about the client. */
  follow(client: SimClient): void {
    records.set(client, this);
  }

  /** @throws AssertionError for the first assertion that no test has awaited */
  close(): void {
    this.isOpen = false;
    const [fail] = this.unawaited.values();
    this.unawaited.clear();
    if (fail) throw fail();
  }

  /** What the simulator hints at about publishes that a user should have got. */
  hintsAbout(userId: string): string[] {
    return this.#hints.about(userId, this.#control.key);
  }

  /** The fault that keeps the client from passing a barrier, as a clause. */
  hindrance(client: SimClient): string | undefined {
    return this.#control.hindrance(client);
  }
}
