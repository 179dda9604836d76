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
 * A broker over Redis or Valkey. One connection for everything, as RESP3 allows: what this node sends and what it
 * receives has one order. It only publishes and subscribes: the server stores nothing.
 * @param name keeps this cluster apart from others on the same server
 * @throws Error when the Redis client is not installed
 */
export async function redisBroker(url: string, name: string): Promise<Broker> {
  const { createClient } = await import('@redis/client').catch(() => {
    throw new Error('A cluster needs the package @redis/client: npm install @redis/client');
  });
  const client = createClient({
    url,
    RESP: 3,
    // What cannot be sent now must not be sent later: by then the status is out of date.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: connectMs,
      socketTimeout: idleMs,
      reconnectStrategy: (retries) => Math.min(shortestPauseMs * 2 ** retries, longestPauseMs),
    },
  });
  const toEveryNode = `${name}:all`;
  const inboxOf = (node: string) => `${name}:node:${node}`;
  let listener: BrokerListener | undefined;
  let isReady = false;
  let unsent = 0;

  function setReady(is: boolean): void {
    if (isReady === is) return;
    isReady = is;
    if (is) listener?.onUp();
    else listener?.onDown();
  }

  function checkReady(): void {
    if (!isReady) throw new Error('The broker cannot be reached.');
    if (unsent > unsentBytes) throw new Error('The broker takes no more.');
  }

  /** The first attempt is the only one, and throws what went wrong: the address may be wrong. */
  async function connect(): Promise<void> {
    let failure: unknown;
    const giveUp = (error: unknown) => {
      failure = error;
      client.destroy();
    };
    client.once('error', giveUp);
    await client.connect().catch((error) => {
      throw failure ?? error;
    });
    client.off('error', giveUp);
  }

  async function publish(channel: string, text: string): Promise<number> {
    checkReady();
    const bytes = 2 * text.length;
    unsent += bytes;
    try {
      return await client.publish(channel, text);
    } finally {
      unsent -= bytes;
    }
  }

  client.on('error', () => setReady(false));
  client.on('reconnecting', () => setReady(false));
  client.on('ready', () => {
    // At first there are no subscriptions yet; later the client renews them by itself.
    if (listener !== undefined) setReady(true);
  });
  return {
    async join(node, told) {
      await connect();
      await client.subscribe([toEveryNode, inboxOf(node)], (text) => told.onText(text));
      listener = told;
      setReady(true);
    },
    toAll: (text) => publish(toEveryNode, text),
    toOne: async (node, text) => void (await publish(inboxOf(node), text)),
    async present(nodes) {
      checkReady();
      const subscribers = await client.pubSubNumSub(nodes.map(inboxOf));
      return new Set(nodes.filter((node) => Number(subscribers[inboxOf(node)]) > 0));
    },
    async close() {
      listener = undefined;
      client.destroy();
    },
  };
}
