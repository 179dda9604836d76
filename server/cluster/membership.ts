import { type Link, type Message, now } from './link.ts';

/** What a node knows of itself, and what it does with what it learns of others. */
export interface MembershipHost {
  /** The full state to send to a node that does not know this one yet, in parts of a bounded size. */
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
  /** How long before the broker is asked which nodes that have not answered are there at all. */
  readonly checkMs: number;
  /** How often each node says that it is alive. */
  readonly beatMs: number;
  /** Silence after which a node counts as hung, and what a node that cannot be reached has to come back. */
  readonly silenceMs: number;
}

/** Another node, as this one knows it. */
class RemoteNode {
  /** The number of its last message to all. */
  seq: number;
  lastSeenAt = 0;
  /** Whether it has shown itself since the others can be reached again. */
  isBack = false;
  isHidden = false;
  /** When it was last asked for its state, while that is still to come. */
  wantedAt: number | undefined;
  /** The parts of its state that have come so far. */
  state: unknown[] = [];
  #shortestMs = Number.POSITIVE_INFINITY;
  #measuredAt = 0;

  constructor(seq: number) {
    this.seq = seq;
  }

  /**
   * How much longer a message took than the quickest one: the clocks of two machines need not agree, and the quickest
   * message so far shows closely enough how far they are apart.
   * @param sentAt by the sender's clock
   */
  latenessOf(sentAt: number): number {
    const time = now();
    const ms = time - sentAt;
    this.#shortestMs = Math.min(ms, this.#shortestMs + (time - this.#measuredAt) * drift);
    this.#measuredAt = time;
    return ms - this.#shortestMs;
  }
}

/** How fast two clocks may drift apart, in milliseconds for each one that passes: far more than real ones do. */
const drift = 0.0002;

/** Which other nodes there are, and what they say of themselves. */
export class Membership {
  readonly #link: Link;
  readonly #times: ClusterTimes;
  readonly #nodes = new Map<string, RemoteNode>();
  readonly #host: MembershipHost;

  constructor(link: Link, times: ClusterTimes, host: MembershipHost) {
    this.#link = link;
    this.#times = times;
    this.#host = host;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** All that are known, the silent ones included. */
  get names(): string[] {
    return [...this.#nodes.keys()];
  }

  /** Those that are not silent. */
  get responsive(): string[] {
    return this.#filter(({ isHidden }) => !isHidden);
  }

  /** Those that are silent: nobody waits for their answers. */
  get hidden(): string[] {
    return this.#filter(({ isHidden }) => isHidden);
  }

  /** Notes that a node is alive; undefined when it has said this before. */
  noteAlive({ from, kind, seq }: Message): RemoteNode | undefined {
    const known = this.#nodes.get(from);
    const node = known ?? new RemoteNode(seq ?? 0);
    this.#nodes.set(from, node);
    if (known !== undefined && seq !== undefined && kind !== 'hello') {
      if (seq <= known.seq) return undefined;
      if (seq > known.seq + 1) this.#want(from, known);
    }
    if (seq !== undefined) node.seq = seq;
    node.lastSeenAt = now();
    node.isBack = true;
    // A node that says hello tells its state by itself.
    if ((known === undefined || node.isHidden) && kind !== 'hello') this.#want(from, node);
    return node;
  }

  /** Carries out what a node says of itself; false when the message is about something else. */
  receive(message: Message, node: RemoteNode): boolean {
    const { kind, from, ask } = message;
    if (kind === 'hello' || kind === 'want') this.tellState(from);
    else if (kind === 'state') this.#receiveState(message, node);
    else if (kind === 'bye') this.#lose(from);
    else return kind === 'beat';
    if (kind === 'hello' && ask !== undefined) this.#link.notify({ kind: 'answer', ask }, from);
    return true;
  }

  /** The others can be reached again: each of them has still to show that it is back. */
  awaitAll(): void {
    for (const node of this.#nodes.values()) node.isBack = false;
  }

  /** To one node; to all, if none is named. */
  tellState(to?: string): void {
    const parts = this.#host.state();
    for (const [index, part] of parts.entries()) {
      const [isFirst, isLast] = [index === 0, index === parts.length - 1];
      this.#link.notify({ kind: 'state', body: { part, isFirst, isLast, seq: this.#link.lastSeq } }, to);
    }
  }

  /** Hides the nodes that have been silent for too long; returns which. */
  hideSilent(): string[] {
    const silent = this.#filter((node) => !node.isHidden && now() - node.lastSeenAt > this.#times.silenceMs);
    for (const name of silent) {
      this.#nodes.get(name)!.isHidden = true;
      this.#host.hide(name);
    }
    return silent;
  }

  /** While this process was paused, nobody was silent. */
  forgive(ms: number): void {
    for (const node of this.#nodes.values()) node.lastSeenAt += ms;
  }

  /**
   * Asks the broker about these nodes, and forgets those that are gone: unless given, all that would be if they are
   * absent. Returns the absent ones that may yet come back.
   */
  async loseAbsent(names = this.names.filter((name) => this.#isGoneIfAbsent(name))): Promise<string[]> {
    const present = await this.#link.present(names);
    const absent = names.filter((name) => present?.has(name) === false);
    const gone = absent.filter((name) => this.#isGoneIfAbsent(name));
    for (const name of gone) this.#lose(name);
    return absent.filter((name) => !gone.includes(name));
  }

  #lose(name: string): void {
    if (this.#nodes.delete(name)) this.#host.forget(name);
  }

  #receiveState({ from, body }: Message, node: RemoteNode): void {
    const { part, isFirst, isLast, seq } = Object(body);
    if (isFirst === true) node.state = [];
    node.state.push(part);
    if (isLast !== true) return;
    if (Number.isFinite(seq)) node.seq = Math.max(node.seq, seq);
    const { state } = node;
    node.state = [];
    node.wantedAt = undefined;
    node.isHidden = false;
    this.#host.adopt(from, state);
  }

  /** Something of a node has been missed: asks for its state. */
  #want(name: string, node: RemoteNode): void {
    if (node.wantedAt !== undefined && now() - node.wantedAt < this.#times.beatMs) return;
    node.wantedAt = now();
    this.#link.notify({ kind: 'want' }, name);
  }

  /** Whether an absent node has gone, and is not only slower than this one in coming back after an outage. */
  #isGoneIfAbsent(name: string): boolean {
    if (!this.#link.isUp) return false;
    return this.#nodes.get(name)?.isBack === true || now() - this.#link.upSince > this.#times.silenceMs;
  }

  #filter(fits: (node: RemoteNode) => boolean): string[] {
    return [...this.#nodes].filter(([, node]) => fits(node)).map(([name]) => name);
  }
}
