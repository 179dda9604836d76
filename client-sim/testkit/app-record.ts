import type { AppControl } from '../../server/index.ts';
import type { SimClient } from '../client.ts';
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

  constructor(control: AppControl) {
    this.publishes = new PublishLog(control.key);
    this.#control = control;
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

  /** The fault that keeps the client from passing a barrier, as a clause. */
  hindrance(client: SimClient): string | undefined {
    return this.#control.hindrance(client);
  }
}
