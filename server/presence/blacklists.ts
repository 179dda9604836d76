import { limitExceeded } from '../core/api-error.ts';
import type { BlockingView } from '../core/plan-delivery.ts';
import { Lists } from './lists.ts';

/** Who blocks whom: "A adds B" means that B can no longer reach A (A6). */
export class Blacklists extends Lists implements BlockingView {
  readonly #atMost: number;

  /** @param atMost entries of all lists together */
  constructor(atMost = Number.POSITIVE_INFINITY) {
    super();
    this.#atMost = atMost;
  }

  isBlocked(owner: string, other: string): boolean {
    return this.has(owner, other);
  }

  checkAdd(owner: string, others: readonly string[]): void {
    if (this.count + this.newTo(owner, others) <= this.#atMost) return;
    throw limitExceeded(
      "The parameter blackUserId is too much for the app's blacklists",
      this.#atMost,
      'blacklisted',
    );
  }
}
