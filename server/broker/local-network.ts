// Not the global ones: a test may have put fake timers there, and nodes are real.
import { setImmediate, setTimeout } from 'node:timers';
import type { Broker, BrokerListener } from './broker.ts';

/** What may go wrong between two nodes of one process. */
export interface LinkFault {
  /** Texts take so long. */
  delayMs?: number;
  /** Texts are lost. */
  lost?: boolean;
}

interface Member {
  readonly node: string;
  readonly listener: BrokerListener;
  /** Texts on their way to it, in order. */
  readonly line: string[];
  isHung: boolean;
  readonly unread: string[];
}

/**
 * Joins nodes that live in one process, for tests: with the order and the failures of an engine between machines, and
 * with no engine.
 */
export class LocalNetwork {
  readonly #members = new Map<string, Member>();
  readonly #faults = new Map<string, LinkFault>();
  readonly #lost = new Set<Member>();
  #isDown = false;

  /** For one node. */
  broker(): Broker {
    return new LocalBroker(this);
  }

  /** From now on, what `node` is sent suffers this; nothing, if it is not given. */
  fault(node: string, fault: LinkFault = {}): void {
    this.#faults.set(node, fault);
  }

  /** The node is gone without a word, as its process would be after `kill -9`. */
  kill(node: string): void {
    this.#members.delete(node);
  }

  /** The node is there and does nothing, as its process would after SIGSTOP; or it goes on, with all that has piled up. */
  hang(node: string, on: boolean): void {
    const member = this.#members.get(node);
    if (member === undefined) return;
    member.isHung = on;
    if (!on) for (const text of member.unread.splice(0)) member.listener.onText(text);
  }

  /** The engine is gone, and with it all that is under way; or it is back. */
  down(on: boolean): void {
    this.#isDown = on;
    if (on) {
      for (const member of this.#members.values()) this.#lost.add(member);
      this.#members.clear();
      for (const { listener } of this.#lost) listener.onDown();
      return;
    }
    for (const member of this.#lost) this.#members.set(member.node, member);
    const back = [...this.#lost];
    this.#lost.clear();
    for (const { listener } of back) listener.onUp();
  }

  async join(node: string, listener: BrokerListener): Promise<void> {
    this.#check(this.#isDown);
    this.#members.set(node, { node, listener, line: [], isHung: false, unread: [] });
    listener.onUp();
  }

  async toAll(from: string, text: string): Promise<number> {
    this.#check(!this.#members.has(from));
    for (const member of this.#members.values()) this.#carry(member, text);
    const receivers = this.#members.size;
    await answer();
    return receivers;
  }

  async toOne(from: string, node: string, text: string): Promise<void> {
    this.#check(!this.#members.has(from));
    const member = this.#members.get(node);
    if (member !== undefined) this.#carry(member, text);
  }

  async present(from: string, nodes: readonly string[]): Promise<ReadonlySet<string>> {
    this.#check(!this.#members.has(from));
    const present = new Set(nodes.filter((node) => this.#members.has(node)));
    await answer();
    return present;
  }

  leave(node: string): void {
    this.#members.delete(node);
  }

  #check(isDown: boolean): void {
    if (isDown) throw new Error('The network is down.');
  }

  #carry(member: Member, text: string): void {
    const { delayMs = 0, lost = false } = this.#faults.get(member.node) ?? {};
    if (lost) return;
    member.line.push(text);
    const arrive = () => this.#arrive(member);
    if (delayMs === 0) setImmediate(arrive);
    else setTimeout(arrive, delayMs);
  }

  /** Whichever text it was that has taken so long: it is the first one that arrives. */
  #arrive(member: Member): void {
    const text = member.line.shift()!;
    if (this.#members.get(member.node) !== member) return;
    if (member.isHung) member.unread.push(text);
    else member.listener.onText(text);
  }
}

/** What an engine answers comes behind all that it has sent before. */
const answer = () => new Promise(setImmediate);

class LocalBroker implements Broker {
  readonly #network: LocalNetwork;
  #node = '';

  constructor(network: LocalNetwork) {
    this.#network = network;
  }

  join(node: string, listener: BrokerListener): Promise<void> {
    this.#node = node;
    return this.#network.join(node, listener);
  }

  toAll(text: string): Promise<number> {
    return this.#network.toAll(this.#node, text);
  }

  toOne(node: string, text: string): Promise<void> {
    return this.#network.toOne(this.#node, node, text);
  }

  present(nodes: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#network.present(this.#node, nodes);
  }

  async close(): Promise<void> {
    this.#network.leave(this.#node);
  }
}
