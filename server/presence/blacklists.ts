import { overBound } from '../core/bound.ts';
import type { BlockingView } from '../core/plan-delivery.ts';
import { ownCopy } from './own-copy.ts';

/** Who blocks whom: "A adds B" means that B can no longer reach A (A6). */
export class Blacklists implements BlockingView {
  readonly #blockedBy = new Map<string, Set<string>>();
  readonly #atMost: number;
  /** In all lists together. */
  #count = 0;

  /** @param atMost entries of all lists together */
  constructor(atMost = Number.POSITIVE_INFINITY) {
    this.#atMost = atMost;
  }

  isBlocked(owner: string, other: string): boolean {
    return this.#blockedBy.get(owner)?.has(other) ?? false;
  }

  /** All of them or none. @throws ApiError 1002 when the lists would be too long */
  add(owner: string, others: readonly string[]): void {
    const blocked = this.#blockedBy.get(owner) ?? new Set();
    const added = new Set(others.filter((other) => !blocked.has(other)));
    if (this.#count + added.size > this.#atMost)
      throw overBound(
        "The parameter blackUserId is too much for the app's blacklists",
        this.#atMost,
        'blacklisted',
      );
    for (const other of added) blocked.add(ownCopy(other));
    this.#count += added.size;
    if (!this.#blockedBy.has(owner)) this.#blockedBy.set(ownCopy(owner), blocked);
  }

  remove(owner: string, others: readonly string[]): void {
    const blocked = this.#blockedBy.get(owner);
    if (blocked === undefined) return;
    for (const other of others) if (blocked.delete(other)) this.#count--;
    if (blocked.size === 0) this.#blockedBy.delete(owner);
  }

  clear(): void {
    this.#blockedBy.clear();
    this.#count = 0;
  }

  /** In the order in which they were added. */
  of(owner: string): string[] {
    return [...(this.#blockedBy.get(owner) ?? [])];
  }
}
