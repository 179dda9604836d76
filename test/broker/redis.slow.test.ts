import { nanoid } from 'nanoid';
import { describe, expect, it } from 'vitest';
import type { Broker } from '../../server/broker/broker.ts';
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

  describe('what waits to be sent', () => {
    const mebibyte = 'x'.repeat(512 * 1024); // two bytes a character

    async function joined(use: (broker: Broker) => Promise<void>): Promise<void> {
      const server = await RedisServer.start();
      const broker = await redisBroker(server.url, nanoid());
      await broker.join('a', { onText() {}, onUp() {}, onDown() {} });
      await use(broker);
      await broker.close();
      await server.stop();
    }

    it('B4.6 what waits for the broker is at most 32 MiB: beyond that the broker counts as out of reach', async () => {
      await joined(async (broker) => {
        const sent = await Promise.allSettled(Array.from({ length: 40 }, () => broker.toAll(mebibyte)));
        expect(sent.map(({ status }) => status).lastIndexOf('fulfilled')).toBe(32);
        expect(sent.at(-1)).toMatchObject({ reason: new Error('The broker takes no more.') });
      });
    });

    it('does not count once it is sent', async () => {
      await joined(async (broker) => {
        for (let count = 0; count < 40; count++) await broker.toAll(mebibyte);
      });
    });
  });
});
