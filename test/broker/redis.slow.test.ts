import { nanoid } from 'nanoid';
import { describe } from 'vitest';
import { redisBroker } from '../../server/broker/redis.ts';
import { RedisServer, withoutRedis } from '../fixtures/redis-server.ts';
import { describeBroker } from './broker-suite.ts';

describe.skipIf(withoutRedis)('redis', () => {
  describeBroker('redis', async () => {
    const server = await RedisServer.start();
    const name = nanoid();
    return {
      broker: () => redisBroker(server.url, name),
      stop: () => server.kill(),
      start: () => server.start(),
      close: () => server.stop(),
    };
  });
});
