// Not the global ones: a test may have put fake timers there, and the other nodes live in real time.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { Broker } from '../broker/broker.ts';
import { type Answers, Gathering, noAnswers } from './gathering.ts';
import { Lateness } from './lateness.ts';
import { encodeMessage, type Message, parseMessage } from './message.ts';

/** What this node does with what the others say, and what it says of itself. */
export interface ClusterHost {
  /**
   * Carries out a message, of another node or of this one: one that went to all is at its place in the order that all
   * share. What it returns is the answer, if one was asked for.
   * @param lateMs how much longer it took than it had to
   */
  receive(message: Message, lateMs: number): unknown;
  /** All that a node must know that knows nothing of this one, in parts of a bounded size. */
  state(): unknown[];
  /** Takes over what another node has said so, in place of all that was known of it. */
  adopt(node: string, state: readonly unknown[]): void;
  /** A node is silent: its users are not counted as online, and it may be there all the same. */
  hide(node: string): void;
  /** A node is gone. */
  forget(node: string): void;
}

/** In real time, in milliseconds. */
export interface ClusterTimes {
  /** How long an answer is waited for. */
  readonly deadlineMs: number;
  /** How long before the broker is asked who of those who have not answered is there at all. */
  readonly checkMs: number;
  /** How often each node says that it is alive. */
  readonly beatMs: number;
  /** Silence after which a node is taken for hung, and what a node that cannot be reached has to come back. */
  readonly silenceMs: number;
}

/** What the host returns for a message that is to stay without an answer. */
export const noAnswer = Symbol('no answer');

/** Another node, as this one knows it. */
interface Peer {
  /** The last it has sent to all. */
  seq: number;
  heardAt: number;
  /** Whether it was heard since the others can be reached again. */
  isBack: boolean;
  readonly lateness: Lateness;
  isHidden: boolean;
  /** When it was asked for its state, while that is still to come. */
  wantedAt: number | undefined;
  /** What has come of it. */
  state: unknown[];
}

/** Questions under way at a time; beyond that, nobody is asked any more. */
const gatheringsAtMost = 10_000;

/** The nodes of a cluster, as one of them sees it: who is there, what to tell them, and what they answer. */
export class Cluster {
  /** The name of this node. */
  readonly node: string;
  readonly #broker: Broker;
  readonly #times: ClusterTimes;
  readonly #peers = new Map<string, Peer>();
  readonly #gatherings = new Map<number, Gathering>();
  #host!: ClusterHost;
  #lastSeq = 0;
  #lastAsk = 0;
  #isUp = false;
  #upSince = 0;
  /** Resolves when all who were there at the last `onUp` have told their state. */
  #greeted: Promise<unknown> = Promise.resolve();
  #beatTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(node: string, broker: Broker, times: ClusterTimes) {
    this.node = node;
    this.#broker = broker;
    this.#times = times;
  }

  /** Whether the other nodes can be reached. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether there surely is no other node, so that nobody has to be told or asked. */
  get isAlone(): boolean {
    return this.#isUp && this.#peers.size === 0;
  }

  /** The other nodes that are known, those that are silent among them. */
  get peers(): string[] {
    return [...this.#peers.keys()];
  }

  /** Those of them that are silent: nobody waits for their answers. */
  get hidden(): string[] {
    return [...this.#peers].filter(([, { isHidden }]) => isHidden).map(([node]) => node);
  }

  /** Joins; resolves when this node knows what the others know, and they know this node. */
  async start(host: ClusterHost): Promise<void> {
    this.#host = host;
    await this.#broker.join(this.node, {
      onText: (text) => this.#receive(text),
      onUp: () => this.#goUp(),
      onDown: () => this.#goDown(),
    });
    await this.#greeted;
    this.#scheduleBeat();
  }

  /** Tells all. While they cannot be reached it is lost. */
  tell(kind: string, app?: string, body?: unknown): void {
    if (!this.isAlone) this.#toAll({ kind, ...(app === undefined ? {} : { app }), body }).catch(ignore);
  }

  /** Tells one. */
  tellOne(node: string, kind: string, body: unknown, rest: Pick<Message, 'app' | 'ask'> = {}): void {
    const message = { from: this.node, at: now(), kind, body, ...rest };
    this.#broker.toOne(node, encodeMessage(message)).catch(ignore);
  }

  /**
   * Asks all, and gathers what they answer until all have or the time is up.
   * @param extraMs how long it may take them to carry it out
   */
  ask(kind: string, app?: string, body?: unknown, extraMs = 0): Promise<Answers> {
    return this.isAlone ? Promise.resolve(noAnswers) : this.#ask(kind, app, body, extraMs);
  }

  /** Asks one node, which must be known; no body comes when it does not answer in time. */
  askOne(node: string, kind: string, app: string, body: unknown, extraMs: number): Promise<Answers> {
    return this.#gather([node], extraMs, async (ask, gathering) => {
      const message = { from: this.node, at: now(), kind, app, ask, body };
      await this.#broker.toOne(node, encodeMessage(message));
      gathering.sent(0);
    });
  }

  /** Leaves in order. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#beatTimer);
    if (this.#isUp)
      await Promise.race([this.#toAll({ kind: 'bye' }).catch(ignore), pause(this.#times.checkMs)]);
    await this.#broker.close();
  }

  async #ask(kind: string, app: string | undefined, body: unknown, extraMs: number): Promise<Answers> {
    const heard = [...this.#peers].filter(([, { isHidden }]) => !isHidden).map(([node]) => node);
    return this.#gather(heard, extraMs, async (ask, gathering) => {
      const receivers = await this.#toAll({ kind, ask, ...(app === undefined ? {} : { app }), body });
      gathering.sent(receivers - 1 - this.#peers.size);
      if (receivers - 1 < this.#peers.size) void this.#check(gathering);
    });
  }

  async #gather(
    from: readonly string[],
    extraMs: number,
    send: (ask: number, gathering: Gathering) => Promise<void>,
  ): Promise<Answers> {
    if (!this.#isUp || this.#gatherings.size >= gatheringsAtMost) return unreachable;
    const ask = ++this.#lastAsk;
    const gathering = new Gathering(from);
    this.#gatherings.set(ask, gathering);
    const limit = this.#limit(gathering, this.#times.deadlineMs + extraMs);
    // Should that fail, it may have gone out all the same: only when the time is up will nobody carry it out any more.
    send(ask, gathering).catch(ignore);
    const answers = await gathering.answers;
    limit.off();
    this.#gatherings.delete(ask);
    return answers;
  }

  /** Looks after a question that takes long, and ends it when the time is up. */
  #limit(gathering: Gathering, deadlineMs: number) {
    const { checkMs } = this.#times;
    const startedAt = now();
    let timer = setTimeout(() => {
      void this.#check(gathering).then(() => gathering.forgetStrangers());
      timer = setTimeout(() => expire(), deadlineMs - checkMs);
    }, checkMs);
    const expire = () => {
      // As long as this is late, we slept ourselves; what came meanwhile is still to be read.
      const lateMs = now() - startedAt - deadlineMs;
      if (lateMs > checkMs) timer = setTimeout(() => gathering.end(), Math.min(lateMs, deadlineMs));
      else setImmediate(() => gathering.end());
    };
    return { off: () => clearTimeout(timer) };
  }

  /** Asks the broker who of those who have not answered is there. */
  async #check(gathering: Gathering): Promise<void> {
    const missing = gathering.missing;
    const present = await this.#present(missing);
    if (present === undefined) return;
    for (const node of missing) {
      if (present.has(node)) continue;
      if (this.#isGoneIfAbsent(node)) this.#lose(node);
      else gathering.unreachable(node);
    }
  }

  async #present(nodes: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    return nodes.length === 0 ? new Set() : this.#broker.present(nodes).catch(() => undefined);
  }

  /** Whether a node that is not there has gone, and is not only slower than this one in coming back after an outage. */
  #isGoneIfAbsent(node: string): boolean {
    if (!this.#isUp) return false;
    return this.#peers.get(node)?.isBack === true || now() - this.#upSince > this.#times.silenceMs;
  }

  #goUp(): void {
    this.#isUp = true;
    this.#upSince = now();
    for (const peer of this.#peers.values()) peer.isBack = false;
    this.#greeted = this.#ask('hello', undefined, undefined, this.#times.silenceMs);
    this.#tellState();
  }

  #goDown(): void {
    this.#isUp = false;
  }

  #tellState(to?: string): void {
    const parts = this.#host.state();
    for (const [index, part] of parts.entries()) {
      const body = { part, isFirst: index === 0, isLast: index === parts.length - 1, seq: this.#lastSeq };
      if (to === undefined) this.#toAll({ kind: 'state', body }).catch(ignore);
      else this.tellOne(to, 'state', body);
    }
  }

  #toAll(message: Pick<Message, 'kind' | 'app' | 'ask' | 'body'>): Promise<number> {
    if (!this.#isUp) return Promise.reject(new Error('The other nodes cannot be reached.'));
    return this.#broker.toAll(
      encodeMessage({ from: this.node, at: now(), seq: ++this.#lastSeq, ...message }),
    );
  }

  #receive(text: string): void {
    const message = parseMessage(text);
    if (message === undefined || this.#isClosed) return;
    if (message.from === this.node) {
      if (!(message.kind in membership)) this.#carryOut(message, 0);
      return;
    }
    const peer = this.#hear(message);
    if (peer === undefined) return;
    const lateMs = peer.lateness.of(message.at, now());
    if (message.kind in membership) this[membership[message.kind as MembershipKind]](message, peer);
    else this.#carryOut(message, lateMs);
  }

  /** Notes that a node is alive; undefined when it has said this before. */
  #hear({ from, kind, seq }: Message): Peer | undefined {
    let peer = this.#peers.get(from);
    if (peer === undefined) {
      peer = {
        seq: seq ?? 0,
        heardAt: 0,
        isBack: false,
        lateness: new Lateness(),
        isHidden: false,
        wantedAt: undefined,
        state: [],
      };
      this.#peers.set(from, peer);
      if (kind !== 'hello') this.#want(from, peer);
    } else if (seq !== undefined && kind !== 'hello') {
      if (seq <= peer.seq) return undefined;
      if (seq > peer.seq + 1) this.#want(from, peer);
    }
    if (seq !== undefined) peer.seq = seq;
    peer.heardAt = now();
    peer.isBack = true;
    if (peer.isHidden && kind !== 'hello') this.#want(from, peer);
    return peer;
  }

  /** Asks a node for its state: something of it has been missed. */
  #want(node: string, peer: Peer): void {
    if (peer.wantedAt !== undefined && now() - peer.wantedAt < this.#times.beatMs) return;
    peer.wantedAt = now();
    this.tellOne(node, 'want', undefined);
  }

  #carryOut(message: Message, lateMs: number): void {
    const { from, ask } = message;
    const answer = (body: unknown) => {
      if (ask === undefined || from === this.node || body === noAnswer) return;
      this.tellOne(from, 'answer', body, { ask });
    };
    try {
      const result = this.#host.receive(message, lateMs);
      if (result instanceof Promise) result.then(answer, ignore);
      else answer(result);
    } catch {
      // It is not well-formed: said by nobody whom this node would understand.
    }
  }

  onAnswer({ from, ask = 0, body }: Message): void {
    this.#gatherings.get(ask)?.answer(from, body);
  }

  /** A node is new, or back; it tells its own state behind this. */
  onHello({ from, ask }: Message): void {
    this.#tellState(from);
    if (ask !== undefined) this.tellOne(from, 'answer', undefined, { ask });
  }

  onState({ from, body }: Message, peer: Peer): void {
    const { part, isFirst, isLast, seq } = Object(body);
    if (isFirst === true) peer.state = [];
    peer.state.push(part);
    if (isLast !== true) return;
    if (Number.isFinite(seq)) peer.seq = Math.max(peer.seq, seq);
    peer.wantedAt = undefined;
    peer.isHidden = false;
    const state = peer.state;
    peer.state = [];
    this.#host.adopt(from, state);
  }

  onWant({ from }: Message): void {
    this.#tellState(from);
  }

  onBeat(): void {}

  onBye({ from }: Message): void {
    this.#lose(from);
  }

  #lose(node: string): void {
    if (!this.#peers.delete(node)) return;
    this.#host.forget(node);
    for (const gathering of this.#gatherings.values()) gathering.gone(node);
  }

  #scheduleBeat(): void {
    const { beatMs } = this.#times;
    const dueAt = now() + beatMs;
    this.#beatTimer = setTimeout(() => {
      // As long as this is late, we slept ourselves: no silence of the others'.
      for (const peer of this.#peers.values()) peer.heardAt += Math.max(0, now() - dueAt);
      void this.#beat();
      this.#scheduleBeat();
    }, beatMs).unref();
  }

  async #beat(): Promise<void> {
    if (this.#isUp) this.#toAll({ kind: 'beat' }).catch(ignore);
    for (const [node, peer] of this.#peers) {
      if (peer.isHidden || now() - peer.heardAt <= this.#times.silenceMs) continue;
      peer.isHidden = true;
      this.#host.hide(node);
      for (const gathering of this.#gatherings.values()) gathering.unreachable(node);
    }
    const nodes = this.peers.filter((node) => this.#isGoneIfAbsent(node));
    const present = await this.#present(nodes);
    if (present === undefined) return;
    for (const node of nodes) if (!present.has(node) && this.#isGoneIfAbsent(node)) this.#lose(node);
  }
}

/** What the nodes say to each other about themselves. */
const membership = {
  answer: 'onAnswer',
  hello: 'onHello',
  state: 'onState',
  want: 'onWant',
  beat: 'onBeat',
  bye: 'onBye',
} as const;

type MembershipKind = keyof typeof membership;

const unreachable: Answers = { bodies: [], isComplete: false };

/** By a clock of this process alone, which never goes back. */
const now = () => performance.now();

const ignore = () => {};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
