// Not the global ones: a test may have put fake timers there, and the other nodes live in real time.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { type Link, type Message, now } from './link.ts';
import type { ClusterTimes, Membership } from './membership.ts';
import { type Answers, PendingRequest } from './pending-request.ts';

/** Requests under way at a time; beyond that, nobody is asked any more. */
const pendingAtMost = 10_000;

const unreachable: Answers = { bodies: [], isComplete: false };

/** Asks other nodes, and gathers what they answer until all have, or the time is up. */
export class Requests {
  readonly #link: Link;
  readonly #membership: Membership;
  readonly #times: ClusterTimes;
  readonly #pending = new Map<number, PendingRequest>();
  #lastAsk = 0;

  constructor(link: Link, membership: Membership, times: ClusterTimes) {
    this.#link = link;
    this.#membership = membership;
    this.#times = times;
  }

  /** @param extraMs how long it may take the others to carry it out */
  toAll(message: Pick<Message, 'kind' | 'app' | 'body'>, extraMs: number): Promise<Answers> {
    return this.#gather(this.#membership.responsive, extraMs, async (ask, pending) => {
      const others = (await this.#link.toAll({ ...message, ask })) - 1;
      pending.sent(others - this.#membership.size);
      if (others < this.#membership.size) await this.#check(pending);
    });
  }

  /** No body comes when it does not answer in time. */
  toOne(node: string, message: Pick<Message, 'kind' | 'app' | 'body'>, extraMs: number): Promise<Answers> {
    return this.#gather([node], extraMs, async (ask, pending) => {
      await this.#link.toOne(node, { ...message, ask });
      pending.sent(0);
    });
  }

  answer({ from, ask = 0, body }: Message): void {
    this.#pending.get(ask)?.answer(from, body);
  }

  gone(node: string): void {
    for (const pending of this.#pending.values()) pending.gone(node);
  }

  unreachable(node: string): void {
    for (const pending of this.#pending.values()) pending.unreachable(node);
  }

  async #gather(
    from: readonly string[],
    extraMs: number,
    send: (ask: number, pending: PendingRequest) => Promise<void>,
  ): Promise<Answers> {
    if (!this.#link.isUp || this.#pending.size >= pendingAtMost) return unreachable;
    const ask = ++this.#lastAsk;
    const pending = new PendingRequest(from);
    this.#pending.set(ask, pending);
    const cancelLimit = this.#limit(pending, this.#times.deadlineMs + extraMs);
    // Even if that fails it may have gone out: only when the time is up will nobody carry it out any more.
    send(ask, pending).catch(() => {});
    const answers = await pending.answers;
    cancelLimit();
    this.#pending.delete(ask);
    return answers;
  }

  /** Looks into a request that takes long, and ends it when the time is up; returns what cancels that. */
  #limit(pending: PendingRequest, deadlineMs: number): () => void {
    const { checkMs } = this.#times;
    const startedAt = now();
    const expire = () => {
      // If this timer is late, the process was paused, and answers that came meanwhile are still to be read.
      const lateMs = now() - startedAt - deadlineMs;
      if (lateMs > checkMs) timer = setTimeout(() => pending.end(), Math.min(lateMs, deadlineMs));
      else setImmediate(() => pending.end());
    };
    let timer = setTimeout(() => {
      void this.#check(pending).then(() => pending.forgetStrangers());
      timer = setTimeout(expire, deadlineMs - checkMs);
    }, checkMs);
    return () => clearTimeout(timer);
  }

  /** Finds out which of the nodes that have not answered are there at all. */
  async #check(pending: PendingRequest): Promise<void> {
    for (const node of await this.#membership.loseAbsent([...pending.awaited])) pending.unreachable(node);
  }
}
