import type { createClient, RedisClientOptions } from '@redis/client';
import type { Broker, BrokerListener } from './broker.ts';

/** Unsent bytes beyond which the broker counts as out of reach: it takes nothing, or far too slowly. */
const unsentBytes = 32 * 1024 * 1024;

/** A connection that takes this long to come about is given up. */
const connectMs = 5000;

/** So is one this long without traffic. A node sends more often, unless it takes the engine for hung; which may go on. */
const idleMs = 30_000;

const shortestPauseMs = 20;
const longestPauseMs = 500;

/**
 * A broker over Redis or Valkey.
 * @param name keeps this cluster apart from others on the same server
 * @throws Error when the Redis client is not installed
 */
export async function redisBroker(url: string, name: string): Promise<Broker> {
  const client = await import('@redis/client').catch(() => {
    throw new Error('A cluster needs the package @redis/client: npm install @redis/client');
  });
  return new RedisBroker(client.createClient, url, name);
}

/**
 * One connection for everything, as RESP3 allows: what this node sends and what it receives has one order. It only
 * publishes and subscribes: the server stores nothing.
 */
class RedisBroker implements Broker {
  readonly #client: ReturnType<typeof createClient>;
  readonly #name: string;
  #listener: BrokerListener | undefined;
  #isReady = false;
  #unsent = 0;

  constructor(create: typeof createClient, url: string, name: string) {
    this.#name = name;
    const options: RedisClientOptions = {
      url,
      RESP: 3,
      // What cannot be sent now must not be sent later: by then the status is out of date.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: connectMs,
        socketTimeout: idleMs,
        reconnectStrategy: (retries) => Math.min(shortestPauseMs * 2 ** retries, longestPauseMs),
      },
    };
    this.#client = create(options as Parameters<typeof createClient>[0]) as ReturnType<typeof createClient>;
    this.#client.on('error', () => this.#setReady(false));
    this.#client.on('reconnecting', () => this.#setReady(false));
    this.#client.on('ready', () => {
      // At first there are no subscriptions yet; later the client renews them by itself.
      if (this.#listener !== undefined) this.#setReady(true);
    });
  }

  async join(node: string, listener: BrokerListener): Promise<void> {
    await this.#connect();
    await this.#client.subscribe([this.#all, this.#inbox(node)], (text) => listener.onText(text));
    this.#listener = listener;
    this.#setReady(true);
  }

  async toAll(text: string): Promise<number> {
    return this.#publish(this.#all, text);
  }

  async toOne(node: string, text: string): Promise<void> {
    await this.#publish(this.#inbox(node), text);
  }

  async present(nodes: readonly string[]): Promise<ReadonlySet<string>> {
    this.#checkReady();
    const subscribers = await this.#client.pubSubNumSub(nodes.map((node) => this.#inbox(node)));
    return new Set(nodes.filter((node) => Number(subscribers[this.#inbox(node)]) > 0));
  }

  async close(): Promise<void> {
    this.#listener = undefined;
    this.#client.destroy();
  }

  /** The first attempt is the only one, and throws what went wrong: the address may be wrong. */
  async #connect(): Promise<void> {
    let failure: unknown;
    const giveUp = (error: unknown) => {
      failure = error;
      this.#client.destroy();
    };
    this.#client.once('error', giveUp);
    await this.#client.connect().catch((error) => {
      throw failure ?? error;
    });
    this.#client.off('error', giveUp);
  }

  async #publish(channel: string, text: string): Promise<number> {
    this.#checkReady();
    const bytes = 2 * text.length;
    this.#unsent += bytes;
    try {
      return await this.#client.publish(channel, text);
    } finally {
      this.#unsent -= bytes;
    }
  }

  #checkReady(): void {
    if (!this.#isReady) throw new Error('The broker cannot be reached.');
    if (this.#unsent > unsentBytes) throw new Error('The broker takes no more.');
  }

  #setReady(isReady: boolean): void {
    if (this.#isReady === isReady) return;
    this.#isReady = isReady;
    if (isReady) this.#listener?.onUp();
    else this.#listener?.onDown();
  }

  get #all(): string {
    return `${this.#name}:all`;
  }

  #inbox(node: string): string {
    return `${this.#name}:node:${node}`;
  }
}
