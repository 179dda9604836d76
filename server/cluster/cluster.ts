// Not the global ones: a test may have put fake timers there, and the other nodes live in real time.
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Broker } from '../broker/broker.ts';
import { Link, MalformedMessage, type Message, now, parseMessage } from './link.ts';
import { type ClusterTimes, Membership, type MembershipHost } from './membership.ts';
import { type Answers, noAnswers } from './pending-request.ts';
import { createRequests, type Requests } from './requests.ts';

/** What this node does with what the others say, and what it says of itself. */
export interface ClusterHost extends MembershipHost {
  /**
   * Carries out a message, of another node or of this one: one that went to all is at its place in the order that all
   * share. What it returns is the answer, if one was asked for.
   * @param lateMs how much longer it took than it had to
   */
  receive(message: Message, lateMs: number): unknown;
  /** Something has failed that should not: an error of this program's. */
  failed(error: unknown): void;
}

/** What the host returns for a message that is to stay without an answer. */
export const noAnswer = Symbol('no answer');

/** The nodes of a cluster, as one of them sees it: notifies them, asks them, and carries out what they say. */
export class Cluster {
  /** The name of this node. */
  readonly node: string;
  readonly #link: Link;
  readonly #times: ClusterTimes;
  readonly #membership: Membership;
  readonly #requests: Requests;
  #host!: ClusterHost;
  #beat: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(node: string, broker: Broker, times: ClusterTimes) {
    this.node = node;
    this.#times = times;
    this.#link = new Link(node, broker);
    this.#membership = new Membership(this.#link, times, {
      state: () => this.#host.state(),
      adopt: (name, state) => this.#host.adopt(name, state),
      hide: (name) => this.#host.hide(name),
      forget: (name) => {
        this.#host.forget(name);
        this.#requests.gone(name);
      },
    });
    this.#requests = createRequests(this.#link, this.#membership, times);
  }

  /** Whether the other nodes can be reached. */
  get isUp(): boolean {
    return this.#link.isUp;
  }

  /** Whether there surely is no other node, so that nobody has to be told or asked. */
  get isAlone(): boolean {
    return this.#link.isUp && this.#membership.size === 0;
  }

  /** The other nodes that are known, the silent ones included. */
  get others(): string[] {
    return this.#membership.names;
  }

  /** Those of them that are silent: nobody waits for their answers. */
  get hidden(): string[] {
    return this.#membership.hidden;
  }

  /** Joins; resolves when this node knows what the others know, and they know this node. */
  async start(host: ClusterHost): Promise<void> {
    this.#host = host;
    /** Resolves when all nodes that were there when this one could last reach them have told their state. */
    let greeted: Promise<unknown> | undefined;
    await this.#link.join(
      (text) => this.#receive(text),
      () => {
        this.#membership.awaitAll();
        greeted = this.#requests.toAll({ kind: 'hello' }, this.#times.silenceMs);
        this.#membership.tellState();
      },
    );
    await greeted;
    this.#setBeat();
  }

  /** Tells one node; all, if none is named. While they cannot be reached it is lost. */
  notify(kind: string, app: string, body?: unknown, node?: string): void {
    if (!this.isAlone) this.#link.notify({ kind, app, body }, node);
  }

  /** Asks all, and gathers what they answer until all have or the time, with `extraMs` to carry it out, is up. */
  async request(kind: string, app: string, body?: unknown, extraMs = 0): Promise<Answers> {
    return this.isAlone ? noAnswers : this.#requests.toAll({ kind, app, body }, extraMs);
  }

  /** Asks one node, which must be known; no body comes when it does not answer in time. */
  requestOne(node: string, kind: string, app: string, body: unknown, extraMs: number): Promise<Answers> {
    return this.#requests.toOne(node, { kind, app, body }, extraMs);
  }

  /** Leaves in order. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#beat);
    const goodbye = this.#link.toAll({ kind: 'bye' }).catch(() => {});
    await Promise.race([goodbye, pause(this.#times.checkMs)]);
    await this.#link.close();
  }

  /** Says regularly that this node is alive, and looks for nodes that are silent or gone. */
  #setBeat(): void {
    const { beatMs } = this.#times;
    const dueAt = now() + beatMs;
    this.#beat = setTimeout(() => {
      // If this timer is late, the process was paused.
      const lateMs = Math.max(0, now() - dueAt);
      this.#membership.forgive(lateMs);
      // When a whole beat has not come back: well before the others take this node for hung.
      this.#link.checkSilence(1.1 * beatMs, lateMs);
      this.#link.notify({ kind: 'beat' });
      for (const name of this.#membership.hideSilent()) this.#requests.unreachable(name);
      void this.#membership.loseAbsent();
      this.#setBeat();
    }, beatMs).unref();
  }

  #receive(text: string): void {
    const message = parseMessage(text);
    if (message === undefined || this.#isClosed) return;
    if (message.from === this.node) {
      if (message.app !== undefined) void this.#carryOut(message, 0);
      return;
    }
    const sender = this.#membership.noteAlive(message);
    if (sender === undefined) return;
    const lateMs = sender.latenessOf(message.at);
    if (message.kind === 'answer') this.#requests.answer(message);
    else if (!this.#membership.receive(message, sender)) void this.#carryOut(message, lateMs);
  }

  /** Runs at once as far as the host does, so that messages keep their order. */
  async #carryOut(message: Message, lateMs: number): Promise<void> {
    const { from, ask } = message;
    try {
      const result = this.#host.receive(message, lateMs);
      const body = result instanceof Promise ? await result : result;
      const isAwaited = ask !== undefined && from !== this.node && body !== noAnswer;
      if (isAwaited) this.#link.notify({ kind: 'answer', ask, body }, from);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) this.#host.failed(error);
    }
  }
}
