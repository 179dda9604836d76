import type { Broker, BrokerListener } from '../broker/broker.ts';
import { encodeMessage, type Message } from './message.ts';

/** This node's end of the broker: numbers what it sends to all, and loses what cannot be sent now. */
export class Link {
  readonly node: string;
  readonly #broker: Broker;
  #lastSeq = 0;
  #isUp = false;
  #upSince = 0;

  constructor(node: string, broker: Broker) {
    this.node = node;
    this.#broker = broker;
  }

  /** Whether the other nodes can be reached. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Since when, by `now()`. */
  get upSince(): number {
    return this.#upSince;
  }

  /** The number of the last message to all. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  join({ onText, onUp, onDown }: BrokerListener): Promise<void> {
    return this.#broker.join(this.node, {
      onText,
      onUp: () => {
        this.#isUp = true;
        this.#upSince = now();
        onUp();
      },
      onDown: () => {
        this.#isUp = false;
        onDown();
      },
    });
  }

  /** Resolves to how many nodes it was sent to, this one included. @throws when they cannot be reached */
  async toAll(message: Pick<Message, 'kind' | 'app' | 'ask' | 'body'>): Promise<number> {
    if (!this.#isUp) throw new Error('The other nodes cannot be reached.');
    const seq = ++this.#lastSeq;
    return this.#broker.toAll(encodeMessage({ from: this.node, at: now(), seq, ...message }));
  }

  /** @throws as above */
  async toOne(node: string, message: Pick<Message, 'kind' | 'app' | 'ask' | 'body'>): Promise<void> {
    return this.#broker.toOne(node, encodeMessage({ from: this.node, at: now(), ...message }));
  }

  /** Sends, unless that fails: a message that cannot be sent now is lost. */
  notify(message: Pick<Message, 'kind' | 'app' | 'ask' | 'body'>, node?: string): void {
    const sent: Promise<unknown> = node === undefined ? this.toAll(message) : this.toOne(node, message);
    sent.catch(() => {});
  }

  /** Which of these nodes are there; undefined when the broker cannot tell. */
  async present(nodes: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    return nodes.length === 0 ? new Set() : this.#broker.present(nodes).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.#broker.close();
  }
}

/** By a clock of this process alone, which never goes back. */
export const now = () => performance.now();
