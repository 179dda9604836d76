import { Stay } from './stay.ts';

/** Every client's sessions, as far back as the referee asks. */
export class Attendance {
  readonly #stays = new Map<string, readonly Stay[]>();

  /** A client begins to connect. */
  arrive(userId: string, at: number): Stay {
    const stay = new Stay(at);
    this.#stays.set(userId, [...this.of(userId), stay]);
    return stay;
  }

  /** Oldest first. */
  of(userId: string): readonly Stay[] {
    return this.#stays.get(userId) ?? [];
  }

  /** Forgets what was over before, but for each client's latest session. */
  forgetBefore(moment: number): void {
    for (const [userId, stays] of this.#stays) {
      const kept = stays.filter((stay, index) => stay.goneAt >= moment || index === stays.length - 1);
      if (kept.length < stays.length) this.#stays.set(userId, kept);
    }
  }
}
