import type { createClient, RedisClientOptions } from '@redis/client';
import type { Broker, BrokerListener } from './broker.ts';

/** Bytes on their way to the engine, beyond which it counts as out of reach: it takes nothing, or far too slowly. */
const unsentBytes = 32 * 1024 * 1024;

/** Without a sign of life for so long a connection is given up; each node speaks more often than that. */
const deadMs = 5000;

const shortestPauseMs = 20;
const longestPauseMs = 500;

/**
 * A broker over Redis or Valkey.
 * @param name what tells this cluster from others on the same engine
 * @throws Error when the client of the engine is not installed
 */
export async function redisBroker(url: string, name: string): Promise<Broker> {
  const client = await import('@redis/client').catch(() => {
    throw new Error('A cluster needs the package @redis/client: npm install @redis/client');
  });
  return new RedisBroker(client.createClient, url, name);
}

/**
 * One connection for all, as RESP3 allows: so what this node sends, and what it is sent, has one order. Publish and
 * subscribe only: the engine stores nothing.
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
      // What cannot be sent now must not be sent later: the status of then is nobody's status any more.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: deadMs,
        socketTimeout: deadMs,
        reconnectStrategy: (retries) => Math.min(shortestPauseMs * 2 ** retries, longestPauseMs),
      },
    };
    this.#client = create(options as Parameters<typeof createClient>[0]) as ReturnType<typeof createClient>;
    this.#client.on('error', () => this.#goDown());
    this.#client.on('reconnecting', () => this.#goDown());
    this.#client.on('ready', () => {
      // The first time the subscriptions are still to come; later the client renews them by itself.
      if (this.#listener !== undefined) this.#goUp();
    });
  }

  async join(node: string, listener: BrokerListener): Promise<void> {
    await this.#connect();
    const take = (text: string) => listener.onText(text);
    await this.#client.subscribe([this.#all, this.#inbox(node)], take);
    this.#listener = listener;
    this.#goUp();
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

  /** At the first time what is wrong is told, and not tried again: the address may be wrong. */
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
    if (!this.#isReady) throw new Error('The engine cannot be reached.');
    if (this.#unsent > unsentBytes) throw new Error('The engine takes no more.');
  }

  #goUp(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#listener?.onUp();
  }

  #goDown(): void {
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#listener?.onDown();
  }

  get #all(): string {
    return `${this.#name}:all`;
  }

  #inbox(node: string): string {
    return `${this.#name}:node:${node}`;
  }
}
