import type { Session } from '../presence/session.ts';
import type { Room, Stage } from './fault.ts';

interface Item {
  readonly bytes: number;
  /** Whom a message is for. */
  readonly session: Session | undefined;
  /** Resolves when it has gone on. */
  readonly gone: Promise<void>;
  goOn(): void;
}

/** What a fault holds back, the longest held first. */
export class Held {
  readonly #stage: Stage;
  readonly #delayMs: number | undefined;
  readonly #items = new Set<Item>();

  /** @param delayMs after which each goes on by itself, by the app's clock; never unless given */
  constructor(stage: Stage, delayMs?: number) {
    this.#stage = stage;
    this.#delayMs = delayMs;
  }

  get size(): number {
    return this.#items.size;
  }

  /** Holds one more; false when there is no room for it. */
  add(bytes: number, goOn: () => void, session?: Session): boolean {
    const { clock, room } = this.#stage;
    if (!room.take(this.size, bytes)) return false;
    let leave!: () => void;
    const gone = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const item: Item = {
      bytes,
      session,
      gone,
      goOn() {
        cancel();
        goOn();
        leave();
      },
    };
    this.#items.add(item);
    // If the clock was set back, the timer of a later one may fire first.
    const release = () => this.releaseUpTo(item);
    const cancel = this.#delayMs === undefined ? () => {} : clock.after(this.#delayMs, release);
    return true;
  }

  /** Lets the one go on that has been held the longest; whether there was one. */
  release(): boolean {
    const [longest] = this.#items;
    if (longest === undefined) return false;
    this.#items.delete(longest);
    this.#stage.room.bytes -= longest.bytes;
    longest.goOn();
    return true;
  }

  /** Lets all go on that have been held as long as this one; all there are, unless one is given. */
  releaseUpTo(last?: Item): void {
    while ((last === undefined || this.#items.has(last)) && this.release());
  }

  /** What was held back last from a session. */
  latestFor(session: Session): Item | undefined {
    return [...this.#items].findLast((item) => item.session === session);
  }

  /** Tells of each of further ones whether it would be held. */
  rehearse(room: Room): (bytes: number) => boolean {
    let items = this.size;
    return (bytes) => room.take(items++, bytes);
  }
}
