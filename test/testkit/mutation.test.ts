import { vi } from 'vitest';
import { expectNone } from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import type { StatusMessage } from '../../server/core/status-message.ts';
import { PresenceRegistry } from '../../server/presence/registry.ts';
import type { Session } from '../../server/presence/session.ts';
import { failureOf } from './failure-of.ts';

/** Gives the server the very defect that a status message must not have: it keeps what is for the offline. */
function keepForTheOffline(): void {
  const kept: [StatusMessage, number][] = [];
  let isKeeping = true;
  const connection = { deliver: (...delivery: [StatusMessage, number]) => void kept.push(delivery) };
  const postbox = { connection } as unknown as Session;
  const { open, sessionsOf } = PresenceRegistry.prototype;
  const registry = {
    sessionsOf(this: PresenceRegistry, userId: string) {
      const sessions = sessionsOf.call(this, userId);
      return isKeeping && sessions.length === 0 ? [postbox] : sessions;
    },
    open(this: PresenceRegistry, session: Session) {
      isKeeping = false;
      const replaced = open.call(this, session);
      queueMicrotask(() => {
        for (const delivery of kept) session.connection.deliver(...delivery);
      });
      return replaced;
    },
  };
  vi.spyOn(PresenceRegistry.prototype, 'sessionsOf').mockImplementation(registry.sessionsOf);
  vi.spyOn(PresenceRegistry.prototype, 'open').mockImplementation(registry.open);
}

test('a server that sends the offline nothing passes', async ({ sim }) => {
  await sim.publish({ from: 'alice', to: 'carol' });
  await expectNone(await sim.connect('carol'));
});

test('a server that delivers to the offline fails, and the message is named', async ({ sim }) => {
  keepForTheOffline();
  const { recipients } = await sim.publish({ from: 'alice', to: 'carol', content: { content: 'too late' } });
  const carol = await sim.connect('carol');
  expect(await failureOf(() => expectNone(carol))).toBe(
    `"carol" received 1 message, and should have received nothing:
  1. RC:TxtMsg from "alice": {"content":"too late"}
     ${recipients[0]!.messageUID}: "carol" gets it: online with 1 session (B1.3).`,
  );
});
