// Not the global one: a test may have put fake timers there, and the other nodes live in real time.
import { performance } from 'node:perf_hooks';
import type { Broker, BrokerListener } from '../broker/broker.ts';
import { limits } from '../protocol/limits.ts';

/** The version of what the nodes say to each other. A node ignores messages of another one. */
const version = 1;

/** What one node tells others, as JSON. */
export interface Message extends Content {
  /** The node that sends it. */
  readonly from: string;
  /** By the sender's own clock, which never goes back, in milliseconds. */
  readonly at: number;
  /** Counts what this sender has sent to all, so that no node takes it twice, and every node notices what is missing. */
  readonly seq?: number;
}

interface Content {
  /** What it is about; `answer` for what was asked. */
  readonly kind: string;
  /** The App-Key of the app it is about. */
  readonly app?: string | undefined;
  /** Asks for an answer, which names this number. */
  readonly ask?: number;
  readonly body?: unknown;
}

/** This node's end of the broker: numbers what it sends to all, and loses what cannot be sent now. */
export class Link {
  readonly node: string;
  readonly #broker: Broker;
  /** The number of the last message to all. */
  lastSeq = 0;
  /** Whether the other nodes can be reached. */
  isUp = false;
  /** Since when, by `now()`. */
  upSince = 0;
  #isConnected = false;
  /** When a text last came in, by `now()`. */
  #heardAt = 0;

  constructor(node: string, broker: Broker) {
    this.node = node;
    this.#broker = broker;
  }

  join(onText: BrokerListener['onText'], onUp: () => void): Promise<void> {
    const beUp = () => {
      this.isUp = true;
      this.upSince = now();
      onUp();
    };
    return this.#broker.join(this.node, {
      onText: (text) => {
        this.#heardAt = now();
        if (this.#isConnected && !this.isUp) beUp();
        onText(text);
      },
      onUp: () => {
        this.#isConnected = true;
        this.#heardAt = now();
        beUp();
      },
      onDown: () => {
        this.#isConnected = false;
        this.isUp = false;
      },
    });
  }

  /**
   * Takes the engine for hung when nothing has come in for so long, not even what this node sends to all. Nothing is
   * sent from then on, so that the broker gives up a dead connection, until something comes in again.
   * @param forgivenMs for which this process was paused
   */
  checkSilence(silentMs: number, forgivenMs: number): void {
    this.#heardAt += forgivenMs;
    if (now() - this.#heardAt > silentMs) this.isUp = false;
  }

  /** Resolves to how many nodes it was sent to, this one included. @throws when they cannot be reached */
  async toAll(content: Content): Promise<number> {
    this.#check();
    return this.#broker.toAll(this.#encode({ seq: ++this.lastSeq, ...content }));
  }

  /** @throws as above */
  async toOne(node: string, content: Content): Promise<void> {
    this.#check();
    return this.#broker.toOne(node, this.#encode(content));
  }

  /** To one node; to all, if none is named. A message that cannot be sent now is lost. */
  notify(content: Content, node?: string): void {
    const sent: Promise<unknown> = node === undefined ? this.toAll(content) : this.toOne(node, content);
    sent.catch(() => {});
  }

  /** Which of these nodes are there; undefined when the broker cannot tell. */
  async present(nodes: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    return nodes.length === 0 ? new Set() : this.#broker.present(nodes).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.#broker.close();
  }

  #check(): void {
    if (!this.isUp) throw new Error('The other nodes cannot be reached.');
  }

  #encode(content: Content & Pick<Message, 'seq'>): string {
    return JSON.stringify({ v: version, from: this.node, at: now(), ...content });
  }
}

/** By a clock of this process alone, which never goes back. */
export const now = () => performance.now();

/** What no node of this version says: it is ignored. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** Undefined for what no node of this version says. */
export function parseMessage(text: string): Message | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { v, from, at, kind, seq = 0, app = '', ask = 0 } = Object(json);
  const isWellFormed =
    v === version &&
    typeof from === 'string' &&
    from.length <= limits.nodeNameCharacters &&
    typeof kind === 'string' &&
    typeof app === 'string' &&
    [at, seq, ask].every(Number.isFinite);
  return isWellFormed ? (json as Message) : undefined;
}
