import { describe, expect } from 'vitest';
import type { SessionEvent } from '../../server/index.ts';
import { it as base } from '../fixtures/raw-session.ts';
import { app, type FormFields, publishPath, typing } from '../fixtures/simulator.ts';

/** An instant to freeze at. */
const start = 1_795_000_000_000;
const dayMs = 24 * 60 * 60 * 1000;

/** What the calls of this file answer. */
interface ControlAnswer {
  code: number;
  errorMessage: string;
  now: number;
  frozen: boolean;
  nextTimerAt?: number;
}

const it = base
  /** A POST, answered. */
  .extend('control', ({ send }) => async (path: string, body?: unknown, appKey?: string) => {
    const answer = await send(path, {
      headers: {
        ...(appKey === undefined ? {} : { 'App-Key': appKey }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: answer.body as unknown as ControlAnswer };
  })
  .extend('steer', ({ control }) => async (fields: object, appKey?: string) => {
    return (await control('/sim/clock', fields, appKey)).body;
  })
  .extend('readClock', ({ send }) => async (appKey?: string) => {
    const headers = appKey === undefined ? {} : { 'App-Key': appKey };
    const answer = await send('/sim/clock', { method: 'GET', headers });
    return answer.body as unknown as ControlAnswer;
  });
/** With a simulator of its own. */
const alone = it.extend('options', {});

describe('the clock over HTTP', () => {
  it('B6.8 resume to now jumps to the time of the machine, and runs', async ({ steer }) => {
    const { now: machine } = await steer({ action: 'freeze' });
    await steer({ action: 'freeze', at: start });
    const { now, frozen } = await steer({ action: 'resume', to: 'now' });
    expect([frozen, now >= machine, now < machine + dayMs]).toEqual([false, true, true]);
  });

  it('B6.8 resume to anything else is refused', async ({ control }) => {
    const { status, body } = await control('/sim/clock', { action: 'resume', to: 'noon' });
    expect([status, body]).toMatchObject([
      400,
      { code: 1002, errorMessage: 'The parameter to must be now.' },
    ]);
  });

  it('B6.8 freeze brings a clock that runs apart back to the time of the machine', async ({ steer }) => {
    const { now: machine } = await steer({ action: 'freeze' });
    await steer({ action: 'freeze', at: start });
    const { now: standing } = await steer({ action: 'freeze' });
    await steer({ action: 'resume' });
    const { now } = await steer({ action: 'freeze' });
    expect([standing, now >= machine]).toEqual([start, machine > start]);
  });

  it('B6.8 tells the time of the machine until it is steered', async ({ readClock }) => {
    const reading = await readClock();
    expect(reading).toEqual({ code: 200, now: expect.any(Number), frozen: false });
    expect(Math.abs(reading.now - Date.now())).toBeLessThan(10_000);
  });

  it('B6.8 tells when the next timer is due', async ({ steer, readClock, connect }) => {
    await steer({ action: 'freeze', at: start });
    await connect('bob');
    expect(await readClock()).toEqual({ code: 200, now: start, frozen: true, nextTimerAt: start + 15_000 });
  });

  it('B6.8 freezes where it is', async ({ steer, readClock }) => {
    const { now, frozen } = await steer({ action: 'freeze' });
    expect([frozen, await readClock()]).toEqual([true, { code: 200, now, frozen: true }]);
  });

  it('B6.8 freezes at the time that is given', async ({ steer }) => {
    expect(await steer({ action: 'freeze', at: 0 })).toEqual({ code: 200, now: 0, frozen: true });
  });

  it('B6.8 moves on by exactly what is asked', async ({ steer }) => {
    await steer({ action: 'freeze', at: start });
    expect(await steer({ action: 'advance', ms: 1234 })).toEqual({
      code: 200,
      now: start + 1234,
      frozen: true,
    });
  });

  it('B6.8 runs on from the end of an advance when it was running', async ({ steer, readClock }) => {
    const before = await readClock();
    const after = await steer({ action: 'advance', ms: dayMs });
    expect([after.frozen, after.now - before.now >= dayMs]).toEqual([false, true]);
  });

  it('B6.8 runs to the next timer', async ({ steer, connect }) => {
    await steer({ action: 'freeze', at: start });
    await connect('bob');
    await steer({ action: 'advance', ms: 1000 });
    await connect('carol');
    expect(await steer({ action: 'next' })).toEqual({
      code: 200,
      now: start + 15_000,
      frozen: true,
      nextTimerAt: start + 16_000,
    });
  });

  it('B6.8 stays where it is when there is no next timer', async ({ steer }) => {
    await steer({ action: 'freeze', at: start });
    expect(await steer({ action: 'next' })).toEqual({ code: 200, now: start, frozen: true });
  });

  it('B6.8 resumes from where it stood', async ({ steer }) => {
    await steer({ action: 'freeze', at: start });
    const { now, frozen } = await steer({ action: 'resume' });
    expect([frozen, now - start]).toEqual([false, expect.toSatisfy((ms) => ms >= 0 && ms < 10_000)]);
  });

  it('B6.8 moves on once for each of two advances at the same time', async ({ steer }) => {
    await steer({ action: 'freeze', at: start });
    const readings = await Promise.all([1, 2].map(() => steer({ action: 'advance', ms: 10_000 })));
    expect(readings.map(({ now }) => now - start).sort()).toEqual([10_000, 20_000]);
  });

  alone('B4.1 frozen in one app, it runs in another', async ({ steer, readClock }) => {
    await steer({ action: 'freeze', at: start }, 'one');
    expect(await readClock('two')).toMatchObject({ frozen: false });
  });

  alone('B4.1 advanced in one app, it is where it was in another', async ({ steer, readClock }) => {
    await steer({ action: 'freeze', at: start }, 'two');
    await steer({ action: 'advance', ms: dayMs }, 'one');
    expect(await readClock('two')).toMatchObject({ now: start });
  });

  alone('B4.1 frozen in one app, it lets time pass in another', async ({ steer, connect, publish }) => {
    await steer({ action: 'freeze', at: start }, 'one');
    await steer({ action: 'freeze', at: start }, 'two');
    await steer({ action: 'advance', ms: 5 }, 'two');
    const [one, two] = await Promise.all(['one', 'two'].map((appKey) => connect({ userId: 'bob', appKey })));
    await Promise.all(['one', 'two'].map((key) => publish({}, { 'App-Key': key })));
    const frames = [await one!.next(), await two!.next()];
    expect(frames.map(({ sentTime }) => sentTime - start)).toEqual([0, 5]);
  });

  const whole = (name: string, from: number, to: number) => {
    return `The parameter ${name} must be a whole number from ${from} to ${to}.`;
  };
  const actions = 'The parameter action must be freeze, resume, advance or next.';
  const mistakes: [fields: unknown, errorMessage: string][] = [
    [undefined, 'The parameter action is required.'],
    [{}, 'The parameter action is required.'],
    [[], 'The body must be a JSON object.'],
    [{ action: 'stop' }, actions],
    [{ action: 'FREEZE' }, actions],
    [{ action: 7 }, 'The parameter action must be freeze, resume, advance or next.'],
    [{ action: 'advance' }, 'The parameter ms is required.'],
    [{ action: 'advance', ms: '5' }, whole('ms', 0, 366 * dayMs)],
    [{ action: 'advance', ms: -1 }, whole('ms', 0, 366 * dayMs)],
    [{ action: 'advance', ms: 1.5 }, whole('ms', 0, 366 * dayMs)],
    [{ action: 'advance', ms: 366 * dayMs + 1 }, whole('ms', 0, 366 * dayMs)],
    [{ action: 'freeze', at: -1 }, whole('at', 0, 8_640_000_000_000_000)],
    [{ action: 'freeze', at: 8_640_000_000_000_001 }, whole('at', 0, 8_640_000_000_000_000)],
    [{ action: 'next', ms: 5 }, 'The parameter ms is not known. There is action.'],
    [{ action: 'freeze', ms: 5 }, 'The parameter ms is not known. There are action, at.'],
    [{ action: 'resume', at: start }, 'The parameter at is not known. There are action, to.'],
    [{ action: 'advance', ms: 5, at: start }, 'The parameter at is not known. There are action, ms.'],
    [{ action: 'freeze', to: 'now' }, 'The parameter to is not known. There are action, at.'],
    [{ action: 'freeze', at: 'now' }, whole('at', 0, 8_640_000_000_000_000)],
  ];

  it.for(mistakes)('B6.8 refuses %j', async ([fields, errorMessage], { control }) => {
    expect(await control('/sim/clock', fields)).toEqual({
      status: 400,
      body: { code: 1002, errorMessage, url: '/sim/clock' },
    });
  });

  it('B6.8 stays as it was after a mistake', async ({ steer, readClock }) => {
    await steer({ action: 'freeze', at: start });
    await steer({ action: 'advance', ms: -1 });
    expect(await readClock()).toMatchObject({ now: start, frozen: true });
  });
});

describe('while the clock stands still', () => {
  const frozen = it.extend('bob', async ({ steer, connect }) => {
    await steer({ action: 'freeze', at: start });
    return connect('bob');
  });

  frozen('B6.8 a message arrives, with the time of the clock', async ({ bob, publish }) => {
    await publish();
    expect(await bob.next()).toMatchObject({ type: 'status', sentTime: start });
  });

  frozen('B6.8 a session answers its barrier', async ({ bob }) => {
    await expect(bob.settle()).resolves.toBeUndefined();
  });

  frozen('B6.8 the app answers its barrier', async ({ bob, control }) => {
    void bob;
    expect(await control('/sim/settle')).toMatchObject({ status: 200, body: { code: 200 } });
  });

  frozen('B6.8 a session closes', async ({ bob, simulator }) => {
    await bob.close();
    expect(simulator.presence('bob').online).toBe(false);
  });

  frozen('B6.8 a session is as open after a year as before', async ({ bob, steer, publish }) => {
    await steer({ action: 'advance', ms: 366 * dayMs });
    await publish();
    expect(await bob.next()).toMatchObject({ sentTime: start + 366 * dayMs });
  });

  frozen('B5.11 presence is told with the time of the clock', async ({ bob }) => {
    const told = new Promise((resolve) => bob.on('presence', resolve));
    await bob.subscribe(['carol']);
    await expect(told).resolves.toMatchObject({ userId: 'carol', online: false, at: start });
  });
});

describe('what depends on time', () => {
  const publishes = { ...typing, toUserId: ['bob', 'carol'] } satisfies FormFields;

  describe('a rate of two a minute', () => {
    it.override('options', { recipientsPerMinute: 2 });

    const seconds = [
      { ms: 0, status: 429 },
      { ms: 59_999, status: 429 },
      { ms: 60_000, status: 200 },
    ];

    it.for(seconds)(
      'B1.13 used up, it answers $status after $ms ms',
      async ({ ms, status }, { steer, postForm }) => {
        await steer({ action: 'freeze', at: start });
        await postForm(publishPath, publishes);
        await steer({ action: 'advance', ms });
        expect(await postForm(publishPath, publishes)).toMatchObject({ status });
      },
    );

    it('B3.11 tells how long to wait by the clock', async ({ steer, postForm }) => {
      await steer({ action: 'freeze', at: start });
      await postForm(publishPath, publishes);
      await steer({ action: 'advance', ms: 20_000 });
      expect((await postForm(publishPath, publishes)).headers['retry-after']).toBe('40');
    });
  });

  describe("a client's rate of one a second", () => {
    it.override('options', { upstreamPerSecond: 1 });

    it('B5.13 begins anew after a second of the clock', async ({ steer, connect }) => {
      await steer({ action: 'freeze', at: start });
      const alice = await connect('alice');
      const mood = { toUserId: 'bob', objectName: 'app:mood', content: 'fine' };
      await alice.publish(mood);
      await expect(alice.publish(mood)).rejects.toMatchObject({ code: 1008 });
      await steer({ action: 'advance', ms: 1000 });
      await expect(alice.publish(mood)).resolves.toHaveLength(1);
    });
  });

  it('B5.7 a client that answers no ping is ended at exactly 30 seconds', async ({
    simulator,
    steer,
    openRaw,
  }) => {
    await steer({ action: 'freeze', at: start });
    await openRaw('bob', { autoPong: false });
    const ended = new Promise<SessionEvent>((resolve) => simulator.on('session', resolve));
    await steer({ action: 'advance', ms: dayMs });
    expect(await ended).toMatchObject({ userId: 'bob', state: 'closed', code: 1006, at: start + 30_000 });
  });

  it('B5.7 a client that answers no ping is there for 29,999 ms', async ({ simulator, steer, openRaw }) => {
    await steer({ action: 'freeze', at: start });
    await openRaw('bob', { autoPong: false });
    await steer({ action: 'advance', ms: 29_999 });
    expect(simulator.presence('bob').online).toBe(true);
  });

  it('B5.7 a client that answers no ping takes none with it', async ({
    simulator,
    steer,
    openRaw,
    connect,
  }) => {
    await steer({ action: 'freeze', at: start });
    await Promise.all([openRaw('bob', { autoPong: false }), connect('carol')]);
    await steer({ action: 'advance', ms: dayMs });
    expect([simulator.presence('bob').online, simulator.presence('carol').online]).toEqual([false, true]);
  });

  it('B5.7 what an advance sets off has happened when it is answered', async ({
    steer,
    openRaw,
    connect,
  }) => {
    await steer({ action: 'freeze', at: start });
    await openRaw('bob', { autoPong: false });
    const carol = await connect('carol');
    await carol.subscribe(['bob']);
    await steer({ action: 'advance', ms: 30_000 });
    expect(carol.presenceOf('bob')).toBe(false);
  });
});

describe('a day of presence', () => {
  it.override('options', { recipientsPerMinute: 1 });

  it('B5.7 passes with every heartbeat, every rate window and those found dead at their instant', async ({
    simulator,
    connect,
    control,
    send,
    annotate,
  }) => {
    const { clock } = simulator.app();
    clock.freeze(start);
    const alive = await Promise.all(Array.from({ length: 20 }, (_, index) => connect(`alive ${index}`)));
    const lost = await Promise.all(Array.from({ length: 5 }, (_, index) => connect(`lost ${index}`)));
    const deaths: number[] = [];
    simulator.on('session', ({ at, code }) => deaths.push(code === 1006 ? at - start : Number.NaN));

    const began = performance.now();
    const answers = [];
    for (let hour = 0; hour < 24; hour++) {
      // Each hour a window of the rate, used up.
      for (let count = 0; count < 2; count++) answers.push(await control('/sim/publish', typing));
      const client = lost[hour];
      if (client) await send('/sim/faults', half(client.userId));
      await clock.advance(3_600_000);
    }
    await annotate(`a day took ${Math.round(performance.now() - began)} ms`);

    expect({
      online: alive.filter(({ userId }) => simulator.presence(userId).online).length,
      deaths,
      accepted: answers.map(({ body }) => body.code).join(' '),
    }).toEqual({
      online: 20,
      deaths: [0, 1, 2, 3, 4].map((hour) => hour * 3_600_000 + 30_000),
      accepted: Array.from({ length: 24 }, () => '200 1008').join(' '),
    });
  });

  /** From now on nothing passes to or from this user, and nobody is told. */
  const half = (userId: string) => ({
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ fault: 'half-open', userId }),
  });
});

describe('the barrier over HTTP', () => {
  it('B6.7 is passed when nobody is there', async ({ control }) => {
    expect(await control('/sim/settle')).toMatchObject({ status: 200, body: { code: 200 } });
  });

  it('B6.7 is passed when all has arrived', async ({ control, connect, simulator }) => {
    const clients = await Promise.all(['bob', 'bob', 'carol'].map((userId) => connect(userId)));
    for (let count = 0; count < 500; count++) simulator.publish({ ...typing, toUserId: ['bob', 'carol'] });
    await control('/sim/settle');
    expect(clients.map(({ received }) => received.length)).toEqual([500, 500, 500]);
  });

  it('B6.7 names who did not confirm, and the time', async ({ control, openRaw }) => {
    await openRaw('bob', { autoPong: false });
    await openRaw('carol');
    expect(await control('/sim/settle', { timeoutMs: 50 })).toEqual({
      status: 504,
      body: {
        code: 1050,
        errorMessage: expect.stringMatching(/^Not confirmed within 50 ms.*"bob"\.$/),
        url: '/sim/settle',
      },
    });
  });

  it('B6.7 does not wait for who goes meanwhile', async ({ control, openRaw }) => {
    const bob = await openRaw('bob', { autoPong: false });
    const settled = control('/sim/settle', { timeoutMs: 60_000 });
    bob.socket.once('ping', () => bob.socket.terminate());
    expect(await settled).toMatchObject({ status: 200 });
  });

  alone('B4.1 does not wait for who is in another app', async ({ control, openRaw }) => {
    await openRaw({ userId: 'bob', appKey: 'other' }, { autoPong: false });
    expect(await control('/sim/settle', { timeoutMs: 60_000 })).toMatchObject({ status: 200 });
  });

  it.for([0, -1, 60_001, 1.5, '5', true])('B6.7 refuses the timeoutMs %j', async (timeoutMs, { control }) => {
    expect(await control('/sim/settle', { timeoutMs })).toMatchObject({
      status: 400,
      body: { code: 1002, errorMessage: 'The parameter timeoutMs must be a whole number from 1 to 60000.' },
    });
  });
});

describe('a reset over HTTP', () => {
  it('B5.4 ends every session with 4011', async ({ control, connect }) => {
    const clients = await Promise.all(['bob', 'bob', 'carol'].map((userId) => connect(userId)));
    await control('/sim/reset');
    const closings = await Promise.all(clients.map(({ closed }) => closed));
    expect(closings).toEqual(Array(3).fill({ code: 4011, reason: 'The app was reset.' }));
  });

  it('B6.9 leaves nobody online by the time it is answered', async ({ control, connect, simulator }) => {
    await connect('bob');
    await control('/sim/reset');
    expect(simulator.presence('bob').online).toBe(false);
  });

  it('B6.9 lifts every block', async ({ control, postForm }) => {
    await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
    await control('/sim/reset');
    const { body } = await postForm('/user/blacklist/query.json', { userId: 'bob' });
    expect(body).toEqual({ code: 200, users: [] });
  });

  it('B6.9 lets the clock run', async ({ control, steer, readClock }) => {
    await steer({ action: 'freeze' });
    await control('/sim/reset');
    expect(await readClock()).toMatchObject({ frozen: false });
  });

  it('B6.9 lets the clock run, even in the middle of an advance', async ({
    control,
    steer,
    openRaw,
    readClock,
  }) => {
    await steer({ action: 'freeze' });
    const bob = await openRaw('bob', { autoPong: false });
    const asked = new Promise((resolve) => bob.socket.once('ping', resolve));
    const advanced = steer({ action: 'advance', ms: dayMs });
    await asked;
    await control('/sim/reset');
    await advanced;
    expect(await readClock()).toMatchObject({ frozen: false });
  });

  alone('B4.1 leaves the sessions of other apps', async ({ control, connect }) => {
    const bob = await connect({ userId: 'bob', appKey: 'other' });
    await control('/sim/reset');
    await expect(bob.settle()).resolves.toBeUndefined();
  });

  it('B6.9 leaves an app that works', async ({ control, connect, publish }) => {
    await control('/sim/reset');
    const bob = await connect('bob');
    await publish();
    await expect(bob.next()).resolves.toMatchObject({ fromUserId: 'alice' });
  });

  describe('with a rate of one a minute', () => {
    it.override('options', { recipientsPerMinute: 1 });

    it('B6.9 begins to count anew', async ({ control, publish }) => {
      await publish();
      await control('/sim/reset');
      expect(await publish()).toMatchObject({ status: 200 });
    });
  });
});

describe('the handle of an app', () => {
  alone('B4.1 is that of the app it names', ({ simulator }) => {
    expect(simulator.app('one').key).toBe('one');
  });

  alone('B4.3 without a name is that of the app default', ({ simulator }) => {
    expect(simulator.app().key).toBe('default');
  });

  alone('B6.8 steers the same clock as HTTP does', async ({ simulator, readClock }) => {
    simulator.app('one').clock.freeze(start);
    expect(await readClock('one')).toMatchObject({ now: start, frozen: true });
  });

  it('B6.7 has a barrier that names who did not confirm', async ({ simulator, openRaw }) => {
    await openRaw('bob', { autoPong: false });
    await expect(simulator.app().settle(50)).rejects.toMatchObject({
      code: 1050,
      status: 504,
      message: expect.stringContaining('"bob"'),
    });
  });

  alone('B6.5 tells of its own app alone', async ({ simulator }) => {
    const heard: unknown[] = [];
    simulator.app('one').listen((event) => heard.push(event.appKey));
    for (const appKey of ['two', 'one']) simulator.publish(typing, { appKey });
    expect(heard).toEqual(['one']);
  });

  it('B6.5 tells nothing once that was ended', async ({ simulator }) => {
    const heard: unknown[] = [];
    const silence = simulator.app().listen((event) => heard.push(event));
    silence();
    simulator.publish(typing);
    expect(heard).toEqual([]);
  });

  it('B6.9 resets the app', async ({ simulator, connect }) => {
    const bob = await connect('bob');
    simulator.app().reset();
    await expect(bob.closed).resolves.toMatchObject({ code: 4011 });
  });

  it('B6.9 closes the app: its sessions get 1001', async ({ simulator, connect }) => {
    const bob = await connect('bob');
    simulator.app().close();
    await expect(bob.closed).resolves.toMatchObject({ code: 1001 });
  });

  alone('B4.3 closes the app: the next of that name is a new one', async ({ simulator }) => {
    const { clock, close } = simulator.app('one');
    clock.freeze(start);
    close();
    expect(simulator.app('one').clock.read()).toMatchObject({ frozen: false });
  });

  describe('with an app configured', () => {
    it.override('options', { apps: [app, { key: 'app-two', secret: 'other' }] });

    it('B3.9 is refused for an app there is none of', ({ simulator }) => {
      expect(() => simulator.app('nobody')).toThrow('Invalidate App-Key.');
    });

    it('B4.1 is refused without a name when there are several', ({ simulator }) => {
      expect(() => simulator.app()).toThrow('Invalidate App-Key.');
    });
  });
});
