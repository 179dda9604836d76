// Not the global ones: a test may have put fake timers there, and the other nodes live in real time.
import { clearTimeout, setTimeout } from 'node:timers';
import { type Link, now } from './link.ts';
import type { Membership } from './membership.ts';

/** Says regularly that this node is alive, and looks for nodes that are silent or gone. */
export class Heartbeat {
  readonly #link: Link;
  readonly #membership: Membership;
  readonly #beatMs: number;
  readonly #onSilent: (node: string) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onSilent is told of each node that has been silent for too long */
  constructor(link: Link, membership: Membership, beatMs: number, onSilent: (node: string) => void) {
    this.#link = link;
    this.#membership = membership;
    this.#beatMs = beatMs;
    this.#onSilent = onSilent;
  }

  start(): void {
    const dueAt = now() + this.#beatMs;
    this.#timer = setTimeout(() => {
      // If this timer is late, the process was paused.
      this.#membership.forgive(Math.max(0, now() - dueAt));
      void this.#beat();
      this.start();
    }, this.#beatMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #beat(): Promise<void> {
    if (this.#link.isUp) this.#link.notify({ kind: 'beat' });
    for (const node of this.#membership.hideSilent()) this.#onSilent(node);
    const nodes = this.#membership.goneIfAbsent;
    const present = await this.#link.present(nodes);
    if (present === undefined) return;
    for (const node of nodes) if (!present.has(node)) this.#membership.loseIfAbsent(node);
  }
}
