import { expect, it } from 'vitest';
import { createBarrier } from '../../server/app/barrier.ts';
import { PresenceRegistry } from '../../server/presence/registry.ts';
import type { Session } from '../../server/presence/session.ts';
import { idleConnection } from '../fixtures/idle-connection.ts';

it('B5.7 who was there before an advance answers the pings of that advance, and of no time after it', async () => {
  const presence = new PresenceRegistry();
  const barrier = createBarrier(presence, { active: undefined });
  const session: Session = {
    id: '1',
    userId: 'bob',
    platform: undefined,
    openedAt: 0,
    connection: idleConnection,
  };
  presence.open(session);
  await barrier.before();
  expect(barrier.answersNow(session)).toBe(true);
  await barrier.after();
  expect(barrier.answersNow(session)).toBe(false);
});
