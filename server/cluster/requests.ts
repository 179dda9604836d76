// Not the global ones: a test may have put fake timers there, and the other nodes live in real time.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { type Link, type Message, now } from './link.ts';
import type { ClusterTimes, Membership } from './membership.ts';
import { type Answers, PendingRequest } from './pending-request.ts';

/** Requests under way at a time; beyond that, nobody is asked any more. */
const maxPending = 10_000;

const unreachable: Answers = { bodies: [], isComplete: false };

type Request = Pick<Message, 'kind' | 'app' | 'body'>;

export type Requests = ReturnType<typeof createRequests>;

/** Asks other nodes, and gathers what they answer until all have, or the time is up. */
export function createRequests(link: Link, membership: Membership, { deadlineMs, checkMs }: ClusterTimes) {
  const underWay = new Map<number, PendingRequest>();
  let lastAsk = 0;

  /** Finds out which of the nodes that have not answered are there at all. */
  async function check(pending: PendingRequest): Promise<void> {
    for (const node of await membership.loseAbsent([...pending.awaited])) pending.unreachable(node);
  }

  /**
   * Looks into a request that takes long, and ends it when the time is up; returns what cancels that. Who greets waits for
   * all: a node that is slow to answer must not pass for a stranger.
   */
  function limit(pending: PendingRequest, limitMs: number, isGreeting: boolean): () => void {
    const startedAt = now();
    const expire = () => {
      // If this timer is late, the process was paused, and answers that came meanwhile are still to be read.
      const lateMs = now() - startedAt - limitMs;
      if (lateMs > checkMs) timer = setTimeout(() => pending.end(), Math.min(lateMs, limitMs));
      else setImmediate(() => pending.end());
    };
    let timer = setTimeout(() => {
      void check(pending).then(() => isGreeting || pending.forgetStrangers());
      timer = setTimeout(expire, limitMs - checkMs);
    }, checkMs);
    return () => clearTimeout(timer);
  }

  async function gather(
    from: readonly string[],
    extraMs: number,
    isGreeting: boolean,
    send: (ask: number, pending: PendingRequest) => Promise<void>,
  ): Promise<Answers> {
    if (!link.isUp || underWay.size >= maxPending) return unreachable;
    const ask = ++lastAsk;
    const pending = new PendingRequest(from);
    underWay.set(ask, pending);
    const cancelLimit = limit(pending, deadlineMs + extraMs, isGreeting);
    // Even if that fails it may have gone out: only when the time is up will nobody carry it out any more.
    send(ask, pending).catch(() => {});
    const answers = await pending.answers;
    cancelLimit();
    underWay.delete(ask);
    return answers;
  }

  return {
    /** @param extraMs how long it may take the others to carry it out */
    toAll: (message: Request, extraMs: number) =>
      gather(membership.responsive, extraMs, message.kind === 'hello', async (ask, pending) => {
        const others = (await link.toAll({ ...message, ask })) - 1;
        pending.sent(others - membership.size);
        if (others < membership.size) await check(pending);
      }),
    /** No body comes when it does not answer in time. */
    toOne: (node: string, message: Request, extraMs: number) =>
      gather([node], extraMs, false, async (ask, pending) => {
        await link.toOne(node, { ...message, ask });
        pending.sent(0);
      }),
    answer: ({ from, ask = 0, body }: Message) => underWay.get(ask)?.answer(from, body),
    gone(node: string): void {
      for (const pending of underWay.values()) pending.gone(node);
    },
    unreachable(node: string): void {
      for (const pending of underWay.values()) pending.unreachable(node);
    },
  };
}
