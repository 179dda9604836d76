import { describe, expect, it } from 'vitest';
import { chartOf, laneY, pathsOf } from '../../client-sim/web/chart.js';
import { initial, type SimEvent } from '../../client-sim/web/state.js';
import { publish } from './events.ts';

const session = (userId: string, state: 'opened' | 'closed', more = {}): SimEvent => ({
  event: 'session',
  userId,
  sessionId: userId,
  state,
  ...more,
});

/** Draws events, each at its own time. */
function draw(...happened: [time: number, event: SimEvent][]) {
  return chartOf(
    initial,
    happened.map(([time, event]) => ({ ...event, time })),
  );
}

const forever = Number.POSITIVE_INFINITY;

describe('a lane', () => {
  it('has a bar for each session, as long as it is open', () => {
    const { lanes } = draw(
      [1, session('bob', 'opened', { platform: 'ios' })],
      [5, session('bob', 'closed')],
      [8, session('bob', 'opened')],
    );
    expect(lanes.get('bob')?.bars).toMatchObject([
      { from: 1, to: 5, platform: 'ios' },
      { from: 8, to: forever },
    ]);
  });

  it('has sessions at once beside each other', () => {
    const { lanes } = draw(
      [1, session('bob', 'opened')],
      [2, session('bob', 'opened', { sessionId: 'other' })],
    );
    expect(lanes.get('bob')?.bars.map(({ row }) => row)).toEqual([0, 1]);
  });

  it('begins with who is online when the simulator is asked', () => {
    const users = [{ userId: 'zoe', sessions: [{ sessionId: 's', openedAt: -5000 }] }];
    expect(draw([1, { event: 'presence', users }]).lanes.get('zoe')?.bars).toMatchObject([
      { from: -5000, to: forever },
    ]);
  });

  it('ends all bars when the simulator is gone', () => {
    expect(draw([1, session('bob', 'opened')], [4, { event: 'lost' }]).lanes.get('bob')?.bars[0]?.to).toBe(4);
  });

  it('is there for a user whom only a publish has named', () => {
    expect([...draw([1, publish({ carol: 'offline' })]).lanes.keys()]).toEqual(['alice', 'carol']);
  });

  it.for([
    { title: 'until its time is over', next: [], to: 6001 },
    { title: 'until the message', next: [[500, publish({ bob: 'delivered' })]], to: 500 },
    { title: 'until its user goes', next: [[700, session('alice', 'closed')]], to: 700 },
    {
      title: 'longer with each further one',
      next: [[5000, publish({ bob: 'delivered' }, { typing: true })]],
      to: 11_000,
    },
  ] as { title: string; next: [number, SimEvent][]; to: number }[])(
    'A6 shows typing $title',
    ({ next, to }) => {
      const { lanes } = draw(
        [0, session('bob', 'opened')],
        [0, session('alice', 'opened')],
        [1, publish({ bob: 'delivered' }, { typing: true })],
        ...next,
      );
      expect(lanes.get('bob')?.typing).toEqual([{ fromUserId: 'alice', from: 1, to }]);
    },
  );
});

describe('marks', () => {
  it.for([
    { title: 'a kick', event: session('bob', 'closed', { code: 4010 }), kind: 'kicked' },
    { title: 'a session that was cut', event: session('bob', 'closed', { code: 1006 }), kind: 'cut' },
    {
      title: 'a block',
      event: { event: 'block', userId: 'bob', other: 'alice', blocked: true } as SimEvent,
      kind: 'blocked',
    },
    {
      title: 'a fault',
      event: { event: 'faults', faults: [{ fault: 'delay', userId: 'bob' }] } as SimEvent,
      kind: 'fault',
    },
  ])('$title is one', ({ event, kind }) => {
    expect(draw([0, session('bob', 'opened')], [3, event]).marks).toEqual([{ time: 3, userId: 'bob', kind }]);
  });

  it('a fault for no user in particular is one in every lane', () => {
    const faults: SimEvent = { event: 'faults', faults: [{ fault: 'refuse-publish' }] };
    const { marks } = draw([0, session('bob', 'opened')], [1, session('carol', 'opened')], [3, faults]);
    expect(marks.map(({ userId }) => userId)).toEqual(['bob', 'carol']);
  });

  it('going by oneself is none', () => {
    expect(draw([0, session('bob', 'opened')], [3, session('bob', 'closed', { code: 1000 })]).marks).toEqual(
      [],
    );
  });
});

describe('the lines', () => {
  const users = ['alice', 'bob', 'carol'];
  const view = { from: 0, to: 1000 };
  const lines = (...happened: [number, SimEvent][]) =>
    pathsOf(draw(...happened), users, view, (time) => time / 10);

  it('B1.3 a delivery is a dot on the bar', () => {
    const { delivered, lanes } = lines([0, session('bob', 'opened')], [500, publish({ bob: 'delivered' })]);
    expect(delivered).toBe(`M50.0 ${laneY(1)}h.1`);
    expect(lanes[1]?.bars).toBe(`M0.0 ${laneY(1)}H100.0`);
  });

  it('B1.2 a drop falls into the gap', () => {
    const { dropped, falling, lanes } = lines(
      [0, session('carol', 'opened')],
      [300, session('carol', 'closed')],
      [500, publish({ carol: 'offline' })],
    );
    expect(lanes[2]?.bars).toBe(`M0.0 ${laneY(2)}H30.0`);
    expect(falling).toBe(`M50.0 ${laneY(1)}V${laneY(2)}`);
    expect(dropped).toMatch(new RegExp(`^M50.0 ${laneY(2)}m`));
  });

  it('B1.6 an echo loops back to the sender', () => {
    expect(lines([500, publish({ bob: 'delivered' }, { echo: true })]).echo).toMatch(
      new RegExp(`^M50.0 ${laneY(0)}c`),
    );
  });

  it('the bar is dashed while the plug is pulled', () => {
    const { lanes } = lines(
      [0, session('bob', 'opened')],
      [200, { event: 'plug', userId: 'bob', pulled: true }],
      [600, { event: 'plug', userId: 'bob', pulled: false }],
    );
    expect(lanes[1]).toMatchObject({
      dead: `M20.0 ${laneY(1)}H60.0`,
      bars: `M0.0 ${laneY(1)}H20.0M60.0 ${laneY(1)}H100.0`,
    });
  });

  it('so it is while somebody else has pulled it, by a fault', () => {
    const [fault, none] = [[{ fault: 'half-open', userId: 'bob' }], []].map(
      (faults): SimEvent => ({ event: 'faults', faults }),
    );
    const { lanes } = lines([0, session('bob', 'opened')], [200, fault!], [600, none!]);
    expect(lanes[1]?.dead).toBe(`M20.0 ${laneY(1)}H60.0`);
  });

  it('B5.7 what a dead connection swallows is lost', () => {
    const { lost, delivered } = lines(
      [0, session('bob', 'opened')],
      [200, { event: 'plug', userId: 'bob', pulled: true }],
      [500, publish({ bob: 'delivered' })],
    );
    expect([lost.length > 0, delivered]).toEqual([true, '']);
  });

  it('what is out of view is not drawn', () => {
    expect(lines([5000, publish({ bob: 'delivered' })]).line).toBe('');
  });
});
