import type { Broker, BrokerListener } from '../../server/broker/broker.ts';

interface Sent {
  /** The node it is for; all, if there is none. */
  to?: string;
  kind: string;
  ask?: number;
  body?: unknown;
}

/** A broker whose other nodes are played by the test. */
export class ScriptedBroker implements Broker {
  /** What the node under test has sent, but for its beats. */
  readonly sent: Sent[] = [];
  /** Who is there, besides the node under test; undefined: the broker cannot tell. */
  there: Set<string> | undefined = new Set();
  /** How many get what is sent to all, if not those who are there and the node under test. */
  receivers: number | undefined;
  /** It takes what is sent, and carries nothing. */
  isHung = false;
  #listener!: BrokerListener;
  readonly #seqs = new Map<string, number>();

  async join(_: string, listener: BrokerListener): Promise<void> {
    this.#listener = listener;
    listener.onUp();
  }

  async toAll(text: string): Promise<number> {
    this.#note(text);
    if (this.isHung) return new Promise(() => {});
    this.#listener.onText(text);
    return this.receivers ?? 1 + (this.there?.size ?? 0);
  }

  async toOne(to: string, text: string): Promise<void> {
    this.#note(text, to);
  }

  async present(nodes: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.there === undefined) throw new Error('The broker is away.');
    return new Set(nodes.filter((node) => this.there?.has(node)));
  }

  async close(): Promise<void> {}

  up(): void {
    this.#listener.onUp();
  }

  down(): void {
    this.#listener.onDown();
  }

  /** Another node says something to all, or answers when `ask` is told. */
  async say(from: string, kind: string, rest: object = {}): Promise<void> {
    const seq = (this.#seqs.get(from) ?? 0) + 1;
    if (kind !== 'answer') this.#seqs.set(from, seq);
    await this.text(
      JSON.stringify({ v: 1, from, at: 0, kind, ...(kind === 'answer' ? {} : { seq }), ...rest }),
    );
  }

  /** Any text comes in; resolves when what it brings has happened. */
  async text(text: string): Promise<void> {
    this.#listener.onText(text);
    await new Promise(setImmediate);
  }

  /** The last text of this kind that was sent. */
  last(kind: string): Sent | undefined {
    return this.sent.findLast((each) => each.kind === kind);
  }

  #note(text: string, to?: string): void {
    const { kind, ask, body } = JSON.parse(text) as Sent;
    if (kind !== 'beat') this.sent.push({ ...(to === undefined ? {} : { to }), kind, ask: ask!, body });
  }
}
