import type { BlockingView } from '../core/plan-delivery.ts';

/** Who blocks whom: "A adds B" means that B can no longer reach A (A6). */
export class Blacklists implements BlockingView {
  readonly #blockedBy = new Map<string, Set<string>>();

  isBlocked(owner: string, other: string): boolean {
    return this.#blockedBy.get(owner)?.has(other) ?? false;
  }

  add(owner: string, others: readonly string[]): void {
    const blocked = this.#blockedBy.get(owner) ?? new Set();
    for (const other of others) blocked.add(other);
    this.#blockedBy.set(owner, blocked);
  }

  remove(owner: string, others: readonly string[]): void {
    const blocked = this.#blockedBy.get(owner);
    if (blocked === undefined) return;
    for (const other of others) blocked.delete(other);
    if (blocked.size === 0) this.#blockedBy.delete(owner);
  }

  clear(): void {
    this.#blockedBy.clear();
  }

  /** In the order in which they were added. */
  of(owner: string): string[] {
    return [...(this.#blockedBy.get(owner) ?? [])];
  }
}
