import { describe, expect, vi } from 'vitest';
import { createApp } from '../../server/app/app.ts';
import { heldPublisher } from '../../server/app/publisher.ts';
import { settingsOf } from '../../server/app/settings.ts';
import { Trace } from '../../server/app/trace.ts';
import { fieldsOf } from '../../server/core/parameters.ts';
import { parsePublish } from '../../server/core/publish-request.ts';
import { Faults } from '../../server/faults/faults.ts';
import { it as base, typing } from '../fixtures/simulator.ts';

const it = base.extend('release', ({ postJson }) => async (which: object = {}) => {
  const { body } = await postJson('/sim/release', which);
  return (body as unknown as { released: number }).released;
});

describe('hold-publish', () => {
  it('B6.10 a publish waits, and is judged when it is released', async ({
    simulator,
    connect,
    publish,
    release,
  }) => {
    const { faults } = simulator.app();
    faults.set({ fault: 'hold-publish', userId: 'alice' });
    const answered = publish({ toUserId: ['bob', 'carol'] });
    await publish({ fromUserId: 'dave', toUserId: 'carol' }); // another sender's goes on
    const bob = await connect('bob');
    while ((await release({ fault: 'hold-publish', userId: 'alice' })) === 0);
    expect((await answered).status).toBe(200);
    await expect(bob.next()).resolves.toMatchObject({ fromUserId: 'alice' });
  });

  it('B6.10 what is held goes on one after the other, and all when the fault is removed', async ({
    simulator,
    connect,
    release,
  }) => {
    const { faults } = simulator.app();
    const bob = await connect('bob');
    const alice = await connect('alice');
    faults.set({ fault: 'hold-publish', userId: 'alice' });
    const messages = ['1', '2', '3'].map((content) => ({ toUserId: 'bob', objectName: 'my:note', content }));
    const published = messages.map((message) => alice.publish(message));
    while ((await release()) === 0);
    await published[0];
    await bob.settle();
    expect(bob.received.map(({ content }) => content)).toEqual(['1']);
    faults.remove();
    await Promise.all(published);
    await bob.settle();
    expect(bob.received.map(({ content }) => content)).toEqual(['1', '2', '3']);
  });

  it('B6.10 a publish whose caller has gone meanwhile is carried out all the same', async ({
    simulator,
    connect,
    release,
  }) => {
    const { faults, key } = simulator.app();
    const bob = await connect('bob');
    faults.set({ fault: 'hold-publish', userId: 'alice' });
    const { hold } = Faults.prototype;
    const held = new Promise<void>((resolve) => {
      vi.spyOn(Faults.prototype, 'hold').mockImplementation(function (this: Faults, publish) {
        resolve();
        return hold.call(this, publish);
      });
    });
    const caller = new AbortController();
    const body = JSON.stringify({ ...typing, fromUserId: 'alice', toUserId: 'bob' });
    const headers = { 'Content-Type': 'application/json', 'App-Key': key };
    const called = fetch(`${simulator.url}/sim/publish`, {
      method: 'POST',
      headers,
      body,
      signal: caller.signal,
    });
    await held;
    caller.abort();
    await expect(called).rejects.toThrow();
    expect(await release()).toBe(1);
    await expect(bob.next()).resolves.toMatchObject({ fromUserId: 'alice' });
  });

  it('B6.10 what the embedding program publishes does not wait', ({ simulator }) => {
    simulator.app().faults.set({ fault: 'hold-publish', userId: 'alice' });
    expect(simulator.publish({ ...typing, fromUserId: 'alice' }).messageUIDs).toHaveLength(1);
  });
});

it('B6.9 what is held when the app is reset is not published in the app that is as new', async () => {
  const settings = settingsOf({ seed: 'seed' });
  const app = createApp({ key: 'default', settings, trace: new Trace() });
  const { publish } = heldPublisher(app);
  const faults = new Faults(app);
  const request = parsePublish(fieldsOf(typing), settings);
  const publishNow = () => app.publisher.publish(request, { via: 'sim' }).message.recipientUIDs();
  const [first] = [publishNow(), app.control.reset()];
  faults.set(fieldsOf({ fault: 'hold-publish', userId: typing.fromUserId }));
  const held = publish(request, { via: 'sim' });
  app.control.reset();
  await expect(held).rejects.toMatchObject({ code: 1002, message: expect.stringContaining('reset') });
  expect(publishNow()).toEqual(first);
});

describe('hold-arrival', () => {
  it('B6.10 each message arrives when it is released, in order, and is reported as delivered', async ({
    simulator,
    connect,
    release,
  }) => {
    const { faults } = simulator.app();
    const bob = await connect('bob');
    faults.set({ fault: 'hold-arrival', userId: 'bob' });
    for (const content of ['1', '2', '3']) {
      const { report } = simulator.publish({ ...typing, toUserId: 'bob', objectName: 'my:note', content });
      expect(report.recipients).toMatchObject([{ outcome: 'delivered' }]);
    }
    await bob.settle();
    expect(bob.received).toEqual([]);
    expect(await release()).toBe(1);
    await bob.settle();
    expect(bob.received.map(({ content }) => content)).toEqual(['1']);
    faults.remove({ fault: 'hold-arrival' });
    await bob.settle();
    expect(bob.received.map(({ content }) => content)).toEqual(['1', '2', '3']);
  });

  it('B6.10 a barrier says who is held, and does not wait', async ({ simulator, connect }) => {
    const app = simulator.app();
    await connect('bob');
    app.faults.set({ fault: 'hold-arrival', userId: 'bob' });
    expect((await app.settle()).unconfirmed).toEqual([]);
    simulator.publish({ ...typing, toUserId: 'bob' });
    expect((await app.settle()).unconfirmed).toMatchObject([
      { userId: 'bob', why: 'the fault hold-arrival holds it back until it is released' },
    ]);
  });
});

it('B6.10 with nothing held nothing is released', async ({ release }) => {
  expect(await release()).toBe(0);
});

it('B3.1 POST /sim/release without a body releases whatever is held', async ({ send }) => {
  await expect(send('/sim/release')).resolves.toMatchObject({ status: 200 });
});
