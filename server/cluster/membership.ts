import { ClockSkew } from './clock-skew.ts';
import { type Link, now } from './link.ts';
import type { Message } from './message.ts';

/** What a node knows of itself, and what it does with what it learns of others. */
export interface MembershipHost {
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
export interface MembershipTimes {
  /** How often each node says that it is alive. */
  readonly beatMs: number;
  /** Silence after which a node counts as hung, and what a node that cannot be reached has to come back. */
  readonly silenceMs: number;
}

/** Another node, as this one knows it. */
export interface RemoteNode {
  /** The number of its last message to all. */
  seq: number;
  heardAt: number;
  /** Whether it was heard since the others can be reached again. */
  isBack: boolean;
  readonly skew: ClockSkew;
  isHidden: boolean;
  /** When it was last asked for its state, while that is still to come. */
  wantedAt: number | undefined;
  /** The parts of its state that have come so far. */
  state: unknown[];
}

/** Which other nodes there are, and what they say of themselves. */
export class Membership {
  readonly #link: Link;
  readonly #times: MembershipTimes;
  readonly #nodes = new Map<string, RemoteNode>();
  readonly #host: MembershipHost;

  constructor(link: Link, times: MembershipTimes, host: MembershipHost) {
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
  get heard(): string[] {
    return this.#filter(({ isHidden }) => !isHidden);
  }

  /** Those that are silent: nobody waits for their answers. */
  get hidden(): string[] {
    return this.#filter(({ isHidden }) => isHidden);
  }

  /** Notes that a node is alive; undefined when it has said this before. */
  hear({ from, kind, seq }: Message): RemoteNode | undefined {
    const known = this.#nodes.get(from);
    const node = known ?? this.#add(from, seq ?? 0);
    if (known !== undefined && seq !== undefined && kind !== 'hello') {
      if (seq <= known.seq) return undefined;
      if (seq > known.seq + 1) this.#want(from, known);
    }
    if (seq !== undefined) node.seq = seq;
    node.heardAt = now();
    node.isBack = true;
    // A node that says hello tells its state by itself.
    if ((known === undefined || node.isHidden) && kind !== 'hello') this.#want(from, node);
    return node;
  }

  /** Carries out what a node says of itself; false when the message is about something else. */
  receive(message: Message, node: RemoteNode): boolean {
    switch (message.kind) {
      case 'hello':
        this.tellState(message.from);
        if (message.ask !== undefined) this.#link.notify({ kind: 'answer', ask: message.ask }, message.from);
        return true;
      case 'state':
        this.#receiveState(message, node);
        return true;
      case 'want':
        this.tellState(message.from);
        return true;
      case 'bye':
        this.lose(message.from);
        return true;
      default:
        return message.kind === 'beat';
    }
  }

  /** The others can be reached again: each of them has still to show that it is back. */
  awaitAll(): void {
    for (const node of this.#nodes.values()) node.isBack = false;
  }

  /** To one node; to all, if none is named. */
  tellState(to?: string): void {
    const parts = this.#host.state();
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const body = { part, isFirst: index === 0, isLast, seq: this.#link.lastSeq };
      this.#link.notify({ kind: 'state', body }, to);
    }
  }

  /** Hides the nodes that have been silent for too long; returns which. */
  hideSilent(): string[] {
    const silent = this.#filter((node) => !node.isHidden && now() - node.heardAt > this.#times.silenceMs);
    for (const name of silent) {
      this.#nodes.get(name)!.isHidden = true;
      this.#host.hide(name);
    }
    return silent;
  }

  /** While this process was paused, nobody was silent. */
  forgive(ms: number): void {
    for (const node of this.#nodes.values()) node.heardAt += ms;
  }

  /** Nodes that are gone, if the broker says that they are not there. */
  get goneIfAbsent(): string[] {
    return this.names.filter((name) => this.#isGoneIfAbsent(name));
  }

  /** A node is not there. Returns whether it has therefore gone. */
  loseIfAbsent(name: string): boolean {
    if (!this.#isGoneIfAbsent(name)) return false;
    this.lose(name);
    return true;
  }

  lose(name: string): void {
    if (this.#nodes.delete(name)) this.#host.forget(name);
  }

  #receiveState({ from, body }: Message, node: RemoteNode): void {
    const { part, isFirst, isLast, seq } = Object(body);
    if (isFirst === true) node.state = [];
    node.state.push(part);
    if (isLast !== true) return;
    if (Number.isFinite(seq)) node.seq = Math.max(node.seq, seq);
    node.wantedAt = undefined;
    node.isHidden = false;
    const { state } = node;
    node.state = [];
    this.#host.adopt(from, state);
  }

  /** Something of a node has been missed: asks for its state. */
  #want(name: string, node: RemoteNode): void {
    if (node.wantedAt !== undefined && now() - node.wantedAt < this.#times.beatMs) return;
    node.wantedAt = now();
    this.#link.notify({ kind: 'want' }, name);
  }

  #add(name: string, seq: number): RemoteNode {
    const skew = new ClockSkew();
    const node = { seq, heardAt: 0, isBack: false, skew, isHidden: false, wantedAt: undefined, state: [] };
    this.#nodes.set(name, node);
    return node;
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
