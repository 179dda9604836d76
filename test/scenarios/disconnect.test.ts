import { describe, expect } from 'vitest';
import type { SessionEvent } from '../../server/index.ts';
import { it as base } from '../fixtures/simulator.ts';

const it = base.extend('disconnect', ({ send }) => async (query: Record<string, string>, path = '') => {
  const { status, body } = await send(`/sim/sessions${path}?${new URLSearchParams(query)}`, {
    method: 'DELETE',
  });
  return { status, ...(body as object) } as { status: number; code: number; errorMessage: string };
});

describe('DELETE /sim/sessions', () => {
  it('B6.3 with a platform closes the sessions on it, and leaves the others', async ({
    connect,
    disconnect,
  }) => {
    const [phone, browser] = [
      await connect({ userId: 'bob', platform: 'ios' }),
      await connect({ userId: 'bob', platform: 'web' }),
    ];
    expect(await disconnect({ platform: 'ios' }, '/bob')).toMatchObject({ closed: 1 });
    expect(await phone.closed).toMatchObject({ code: 4011 });
    await expect(browser.settle()).resolves.toBeUndefined();
  });

  it('B6.3 with a sessionId closes that session, and leaves the others', async ({ connect, disconnect }) => {
    const [first, second] = [await connect('bob'), await connect('bob')];
    expect(await disconnect({ userId: 'bob', sessionId: second.sessionId })).toMatchObject({ closed: 1 });
    await second.closed;
    await expect(first.settle()).resolves.toBeUndefined();
  });

  it.for([
    [
      { code: '4321', reason: 'gone' },
      { code: 4321, reason: 'gone' },
    ],
    [{ code: '1000' }, { code: 1000, reason: '' }],
    [{ code: '1014' }, { code: 1014, reason: '' }],
    [{ reason: '再见' }, { code: 4011, reason: '再见' }],
    [{ code: 'none' }, { code: 1005, reason: '' }],
    [{ code: 'cut' }, { code: 1006, reason: '' }],
  ] as const)('B6.3 with %j is seen by the client as %j', async ([how, seen], { connect, disconnect }) => {
    const bob = await connect('bob');
    await disconnect({ userId: 'bob', ...how });
    expect(await bob.closed).toEqual(seen);
  });

  it('B6.3 what was handed over before a code that was chosen arrives first', async ({
    simulator,
    connect,
    disconnect,
  }) => {
    const bob = await connect('bob');
    await simulator.publish({ fromUserId: 'alice', toUserId: 'bob', objectName: 'app:x', content: 'x' });
    await disconnect({ userId: 'bob', code: 'none' });
    await bob.closed;
    expect(bob.received).toHaveLength(1);
  });

  it('B6.5 the trace has the code that the client sees, and says who asked for it', async ({
    simulator,
    connect,
    disconnect,
  }) => {
    await connect('bob');
    const closed = new Promise<SessionEvent>((resolve) => simulator.on('session', resolve));
    await disconnect({ userId: 'bob', code: 'none' });
    expect(await closed).toMatchObject({ state: 'closed', code: 1005, by: 'sim', online: false });
  });

  it('B6.4 a hosted client tells the code and the reason', async ({ postJson, disconnect, send }) => {
    const { body } = await postJson('/sim/clients', { userId: 'bob' });
    const { id } = body as unknown as { id: string };
    await disconnect({ userId: 'bob', code: '4321', reason: 'gone' });
    const inbox = await send(`/sim/clients/${id}/inbox?waitMs=60000`, { method: 'GET' });
    expect(inbox.body).toMatchObject({ open: false, closing: { code: 4321, reason: 'gone' } });
  });

  const codes = 'The parameter code must be 1000 to 1014 but for 1004 to 1006, 3000 to 4999, none, or cut.';
  it.for([
    ...['999', '1004', '1005', '1006', '1015', '2999', '5000', '4e3', 'None'].map((code) => [
      { code },
      codes,
    ]),
    [{ code: '' }, 'The parameter code is required.'],
    [{ reason: '猫'.repeat(42) }, 'The parameter reason is too long: 126 bytes, at most 123.', 1005],
    ...['none', 'cut'].map((code) => [
      { code, reason: 'gone' },
      'The parameter reason needs a close frame with a code: not none, and not cut.',
    ]),
    [{ sessionId: 'one', platform: 'ios' }, 'The parameters sessionId and platform exclude each other.'],
    [{ platfrom: 'ios' }, 'The parameter platfrom is not known. Did you mean platform?'],
  ] as [Record<string, string>, string, number?][])(
    'B6.3 refuses %j, and closes nothing',
    async ([how, errorMessage, code = 1002], { connect, disconnect }) => {
      const bob = await connect('bob');
      expect(await disconnect({ userId: 'bob', ...how })).toMatchObject({ status: 400, code, errorMessage });
      await expect(bob.settle()).resolves.toBeUndefined();
    },
  );
});
