import { beforeEach, vi } from 'vitest';
import { expectNone } from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import type { StatusMessage } from '../../server/core/status-message.ts';
import { PresenceRegistry } from '../../server/presence/registry.ts';
import type { Session } from '../../server/presence/session.ts';
import { failureOf } from './failure-of.ts';

/** The server with the very defect that a status message must not have: it keeps what is for the offline. */
const mutant = vi.hoisted(() => ({ isLoose: false, kept: [] as [StatusMessage, number][] }));

vi.mock('../../server/core/plan-delivery.ts', async (load) => {
  const original = await load<typeof import('../../server/core/plan-delivery.ts')>();
  const postbox = {
    connection: {
      deliver(message: StatusMessage, place: number) {
        mutant.kept.push([message, place]);
      },
    },
  };
  const planDelivery: typeof original.planDelivery = (request, presence, ...rest) => {
    const withPostbox: typeof presence = {
      sessionsOf: (userId) => {
        const sessions = presence.sessionsOf(userId);
        return mutant.isLoose && sessions.length === 0 ? [postbox as never] : sessions;
      },
    };
    return original.planDelivery(request, withPostbox, ...rest);
  };
  return { ...original, planDelivery };
});

beforeEach(() => {
  mutant.isLoose = false;
  mutant.kept = [];
  const { open } = PresenceRegistry.prototype;
  vi.spyOn(PresenceRegistry.prototype, 'open').mockImplementation(function (
    this: PresenceRegistry,
    session: Session,
  ) {
    const replaced = open.call(this, session);
    queueMicrotask(() => {
      for (const [message, place] of mutant.kept) session.connection.deliver(message, place);
    });
    return replaced;
  });
  return () => vi.restoreAllMocks();
});

test('a server that sends the offline nothing passes', async ({ sim }) => {
  await sim.publish({ from: 'alice', to: 'carol' });
  await expectNone(await sim.connect('carol'));
});

test('a server that delivers to the offline fails, and the message is named', async ({ sim }) => {
  mutant.isLoose = true;
  const { recipients } = await sim.publish({ from: 'alice', to: 'carol', content: { content: 'too late' } });
  const carol = await sim.connect('carol');
  expect(await failureOf(() => expectNone(carol))).toBe(
    `"carol" received 1 message, and should have received nothing:
  1. RC:TxtMsg from "alice": {"content":"too late"}
     ${recipients[0]!.messageUID}: "carol" gets it: online with 1 session (B1.3).`,
  );
});
