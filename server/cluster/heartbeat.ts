// Not the global ones: a test may have put fake timers there, and the other nodes live in real time.
import { clearTimeout, setTimeout } from 'node:timers';
import { type Link, now } from './link.ts';
import type { Membership } from './membership.ts';

/** Says regularly that this node is alive, and looks for nodes that are silent or gone; returns what ends that. */
export function startHeartbeat(
  link: Link,
  membership: Membership,
  beatMs: number,
  onSilent: (node: string) => void,
): () => void {
  let timer: NodeJS.Timeout;

  function setTimer(): void {
    const dueAt = now() + beatMs;
    timer = setTimeout(() => {
      // If this timer is late, the process was paused.
      const lateMs = Math.max(0, now() - dueAt);
      membership.forgive(lateMs);
      // By the second beat that does not come back: well before the others take this node for hung.
      link.checkSilence(1.5 * beatMs, lateMs);
      if (link.isUp) link.notify({ kind: 'beat' });
      for (const node of membership.hideSilent()) onSilent(node);
      void membership.loseAbsent();
      setTimer();
    }, beatMs).unref();
  }

  setTimer();
  return () => clearTimeout(timer);
}
