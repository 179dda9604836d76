import { nanoid } from 'nanoid';
import type { Broker } from '../../server/broker/broker.ts';
import { redisBroker } from '../../server/broker/redis.ts';
import { LocalNetwork } from '../fixtures/local-network.ts';
import { RedisServer, withoutRedis } from '../fixtures/redis-server.ts';

/** What joins the nodes of a test, whichever it is. */
export interface Network {
  broker(): Promise<Broker>;
  /** The engine is gone: nothing passes. */
  stop(): Promise<void>;
  /** It is there again. */
  start(): Promise<void>;
  close(): Promise<void>;
}

async function local(): Promise<Network> {
  const network = new LocalNetwork();
  return {
    broker: async () => network.broker(),
    stop: async () => network.down(true),
    start: async () => network.down(false),
    close: async () => {},
  };
}

async function redis(): Promise<Network> {
  const server = await RedisServer.start();
  const name = nanoid();
  return {
    broker: () => redisBroker(server.url, name),
    stop: () => server.kill(),
    start: () => server.start(),
    close: () => server.stop(),
  };
}

/** Every implementation of a broker, by name. */
export const networks = { 'in-process': local, ...(withoutRedis ? {} : { redis }) };
