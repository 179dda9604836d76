import fc from 'fast-check';
import { expect } from 'vitest';
import type { Simulator } from '../../server/index.ts';
import type { ServerFrame } from '../../server/protocol/frames.ts';
import { holds } from '../fixtures/property.ts';
import { it as base, type RawSession } from '../fixtures/raw-session.ts';

/** One session of bob's, in the midst of others: it opens, publishes come for bob, and it ends. */
interface Life {
  platform: string;
  publishes: number;
  end: 'close' | 'terminate' | 'disconnect' | 'stay';
}

/** Sessions that live at the same time: some kick others, some end them all. */
function livesEndingBy(...ends: Life['end'][]): fc.Arbitrary<Life[]> {
  const life = fc.record({
    platform: fc.constantFrom('', 'ios', 'android', 'web'),
    publishes: fc.nat({ max: 3 }),
    end: fc.constantFrom(...ends),
  });
  return fc.array(life, { minLength: 1, maxLength: 12 });
}

/** Publishes to bob; returns to how many sessions the report says it was delivered. */
async function publish(simulator: Simulator): Promise<number> {
  const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };
  const [row] = (await simulator.publish(message)).report.recipients;
  return row!.outcome === 'delivered' ? row!.sessions : 0;
}

const it = base
  .extend(
    'disconnectBob',
    ({ send }) =>
      () =>
        send('/sim/sessions/bob', { method: 'DELETE' }),
  )
  /** Lives one life; returns the session, and how many deliveries its publishes were. */
  .extend('live', ({ simulator, dialRaw, disconnectBob }) => async (life: Life) => {
    const session = dialRaw({ userId: 'bob', platform: life.platform });
    await Promise.race([session.next(), session.closed]);
    let deliveries = 0;
    for (let count = 0; count < life.publishes; count++) deliveries += await publish(simulator);
    if (life.end === 'disconnect') await disconnectBob();
    else if (life.end !== 'stay') session.socket[life.end]();
    return { session, deliveries };
  });

const isPresence = (frame: ServerFrame) => frame.type === 'presence';
const statusesOf = ({ frames }: RawSession) => frames.filter(({ type }) => type === 'status').length;
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

it('B5.11 however sessions come, kick and go, who watches sees online and offline in turn', async ({
  openRaw,
  live,
  disconnectBob,
}) => {
  const watcher = await openRaw('watcher');
  watcher.send({ type: 'subscribe', userIds: ['bob'] });
  await watcher.settle();
  const property = fc.asyncProperty(
    livesEndingBy('close', 'terminate', 'disconnect', 'stay'),
    async (lives) => {
      await Promise.all(lives.map(live));
      await disconnectBob();
      const told = (await watcher.settle()).filter(isPresence).map(({ online }) => online);
      const inTurn = told.map((_, index) => index % 2 === 0);
      expect([told, told.at(-1)]).toEqual([inTurn, false]);
    },
  );
  await holds(property, 100);
});

it('B1.9 however sessions come, kick and go, what is reported as delivered arrives', async ({
  live,
  disconnectBob,
}) => {
  const property = fc.asyncProperty(livesEndingBy('close', 'disconnect', 'stay'), async (lives) => {
    const lived = await Promise.all(lives.map(live));
    await disconnectBob();
    await Promise.all(lived.map(({ session }) => session.closed));
    const arrived = lived.map(({ session }) => statusesOf(session));
    expect(sum(arrived)).toBe(sum(lived.map(({ deliveries }) => deliveries)));
  });
  await holds(property, 100);
});
