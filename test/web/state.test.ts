import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TypingReceiver } from '../../client-sim/typing.js';
import { History } from '../../client-sim/web/history.js';
import {
  apply,
  type Entry,
  initial,
  type SimEvent,
  type State,
  usersElsewhere,
} from '../../client-sim/web/state.js';
import { VirtualClock } from '../client-sim/virtual-clock.ts';
import { events, publish, status } from './events.ts';

/** Folds events, a second apart. */
function after(...happened: SimEvent[]): State {
  return happened.reduce(
    (state, event, index) => apply(state, { ...event, time: (index + 1) * 1000 }),
    initial,
  );
}

const joined = (userId: string): SimEvent => ({ event: 'joined', userId });
const on = { userId: 'bob', device: 'phone' };
const online: SimEvent = { event: 'link', ...on, link: 'online' };
const off: SimEvent = { event: 'link', ...on, link: 'off' };
const frame = (fields: Parameters<typeof status>[0]): SimEvent => ({
  event: 'frame',
  ...on,
  frame: status(fields),
});
const session = (state: 'opened' | 'closed'): SimEvent => ({
  event: 'session',
  userId: 'bob',
  sessionId: 's',
  state,
});
const bobs = (state: State) => state.phones.get('bob')!.devices.get('phone')!;
const texts = (state: State) => bobs(state).lines.map(({ text }) => text);

describe('what a phone shows', () => {
  const rows: { title: string; events: SimEvent[]; shows: unknown; of: (state: State) => unknown }[] = [
    {
      title: 'a text that arrives is a line, and unread',
      events: [frame({ text: 'Hello' })],
      shows: [['Hello'], 1],
      of: (state) => [texts(state), bobs(state).unread],
    },
    {
      title: 'A7 what is read is no longer unread',
      events: [frame({ text: 'Hello' }), { event: 'read', ...on }],
      shows: 0,
      of: (state) => bobs(state).unread,
    },
    {
      title: 'a type that it does not know is shown as it is, with its name',
      events: [frame({ objectName: 'app:mood', content: 'fine' })],
      shows: { text: 'fine', objectName: 'app:mood' },
      of: (state) => bobs(state).lines[0],
    },
    {
      title: 'B5.6 an echo is an own line, and never unread',
      events: [
        {
          event: 'frame',
          ...on,
          frame: { ...status({ text: 'Hi', from: 'bob' }), type: 'echo', messageUIDs: [] } as never,
        },
      ],
      shows: [{ own: true, echo: true }, 0],
      of: (state) => [bobs(state).lines[0], bobs(state).unread],
    },
    {
      title: 'A6 typing is shown until its time is over',
      events: [frame({ typing: true })],
      shows: [['alice', 9000]],
      of: (state) => [...bobs(state).typing],
    },
    {
      title: 'A6 the message ends the typing',
      events: [frame({ typing: true }), frame({ text: 'Hello' })],
      shows: 0,
      of: (state) => bobs(state).typing.size,
    },
    {
      title: 'A6 typing ends with the own connection',
      events: [frame({ typing: true }), off],
      shows: 0,
      of: (state) => bobs(state).typing.size,
    },
    {
      title: 'what is sent waits for its answer, and then has it',
      events: [
        { event: 'sent', ...on, id: '1', text: 'one', note: 'sending' },
        { event: 'sent', ...on, id: '2', text: 'two', note: 'sending' },
        { event: 'frame', ...on, frame: { type: 'published', id: '1', messageUIDs: [] } },
      ],
      shows: ['accepted', 'sending'],
      of: (state) => bobs(state).lines.map(({ note }) => note),
    },
    {
      title: 'B5.10 what is refused says so',
      events: [
        { event: 'sent', ...on, id: '1', text: 'one', note: 'sending' },
        { event: 'frame', ...on, frame: { type: 'error', id: '1', code: 1008, errorMessage: 'Too many.' } },
      ],
      shows: { note: 'refused', detail: 'Too many.' },
      of: (state) => bobs(state).lines[0],
    },
    {
      title: 'what nobody has answered is lost with the plug',
      events: [
        { event: 'sent', ...on, id: '1', text: 'one', note: 'sending' },
        { event: 'plug', userId: 'bob', pulled: true },
      ],
      shows: 'notKnown',
      of: (state) => bobs(state).lines[0]?.note,
    },
    {
      title: 'sending empties the field',
      events: [
        { event: 'draft', ...on, text: 'one' },
        { event: 'sent', ...on, id: '1', text: 'one', note: 'sending' },
      ],
      shows: '',
      of: (state) => bobs(state).draft,
    },
    {
      title: 'B1.2 a message that passes somebody who is offline leaves a ghost',
      events: [publish({ bob: 'offline' })],
      shows: { fromUserId: 'alice' },
      of: (state) => state.phones.get('bob')?.ghost,
    },
    {
      title: 'B1.2 nothing of it is there once they come online',
      events: [publish({ bob: 'offline' }), session('opened')],
      shows: [undefined, []],
      of: (state) => [state.phones.get('bob')?.ghost, texts(state)],
    },
    {
      title: 'who gets it has no ghost',
      events: [publish({ bob: 'delivered' })],
      shows: undefined,
      of: (state) => state.phones.get('bob')?.ghost,
    },
  ];
  it.for(rows)('$title', ({ events, shows, of }) => {
    const state = of(after(joined('bob'), online, ...events));
    if (typeof shows === 'object' && shows !== null) expect(state).toMatchObject(shows);
    else expect(state).toEqual(shows);
  });
});

describe('who on the page has a client elsewhere, too', () => {
  const login: SimEvent = {
    event: 'frame',
    ...on,
    frame: { type: 'connected', userId: 'bob', sessionId: 's', serverTime: 0 },
  };
  const connecting: SimEvent = { event: 'link', ...on, link: 'connecting' };
  const elsewhere = (...happened: SimEvent[]) => usersElsewhere(after(joined('bob'), ...happened));

  it.for<[string, SimEvent[], string[]]>([
    ['nobody, as long as all sessions are those of the phones', [online, login, session('opened')], []],
    ['a session may be told of before its phone knows of it', [connecting, session('opened')], []],
    ['whose session is that of no phone', [session('opened')], ['bob']],
    ['a session that a phone has left is the phone’s until it ends', [login, session('opened'), off], []],
    ['after that it is another’s', [login, session('closed'), session('opened')], ['bob']],
  ])('%s', ([, happened, users]) => {
    expect(elsewhere(...happened)).toEqual(users);
  });
});

describe('what is known of the app', () => {
  it('a user with a session is online, whoever the client is', () => {
    expect(after(session('opened')).users.get('bob')?.sessions.size).toBe(1);
    expect(after(session('opened'), session('closed')).users.get('bob')?.sessions.size).toBe(0);
  });

  it('what the simulator tells at the beginning counts, whatever was known before', () => {
    const known = [{ userId: 'carol', sessions: [{ sessionId: 'c', openedAt: 1 }] }];
    const { users } = after(session('opened'), { event: 'presence', users: known });
    expect([...users].map(([userId, { sessions }]) => [userId, sessions.size])).toEqual([
      ['bob', 0],
      ['carol', 1],
    ]);
  });

  it('without the simulator nobody is online', () => {
    const { users, live } = after(session('opened'), { event: 'lost' });
    expect([users.get('bob')?.sessions.size, live]).toEqual([0, false]);
  });

  it('B5.7 what is handed to a dead connection is lost, though reported as delivered', () => {
    const pulled: SimEvent = { event: 'plug', userId: 'bob', pulled: true };
    expect(after(joined('bob'), pulled, publish({ bob: 'delivered' })).last?.lost).toEqual(['bob']);
  });

  it('so it is when somebody else has set the fault', () => {
    const faults: SimEvent = { event: 'faults', faults: [{ fault: 'half-open', userId: 'bob' }] };
    expect(after(faults, publish({ bob: 'delivered' })).last?.lost).toEqual(['bob']);
  });

  it('what was sent just before such a fault is known of gets no answer', () => {
    const faults: SimEvent = { event: 'faults', faults: [{ fault: 'half-open', userId: 'bob' }] };
    const sent: SimEvent = { event: 'sent', ...on, id: '1', text: 'Hello', note: 'sending' };
    const { phones } = after(joined('bob'), online, sent, faults);
    expect(
      phones
        .get('bob')
        ?.devices.get('phone')
        ?.lines.map(({ note }) => note),
    ).toEqual(['notKnown']);
  });

  it('B6.10 a fault at one session of a user leaves the others alive', () => {
    const fault = { fault: 'half-open', userId: 'bob', platform: 'ios' };
    const faults: SimEvent = { event: 'faults', faults: [fault] };
    expect(after(faults, publish({ bob: 'delivered' })).last?.lost).toEqual([]);
  });

  it('ids such as __proto__ are users like others', () => {
    const { users } = after(publish(JSON.parse('{"__proto__":"offline","constructor":"offline"}')));
    expect([...users.keys()]).toEqual(['alice', '__proto__', 'constructor']);
  });

  it('a crowd is remembered up to a bound', () => {
    const crowd = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`u${index}`, 'offline' as const]),
    );
    expect(after(publish(crowd)).users.size).toBe(200);
  });
});

it('an event changes neither the state before nor itself', () => {
  fc.assert(
    fc.property(events, (entries) => {
      let state = initial;
      for (const entry of entries) {
        const [before, told] = [structuredClone(state), structuredClone(entry)];
        apply(state, entry);
        expect([state, entry]).toEqual([before, told]);
        state = apply(state, entry);
      }
    }),
    { numRuns: 30 },
  );
});

it('a history shows the same at each instant as folding its beginning does', () => {
  fc.assert(
    fc.property(events, fc.nat(), (entries, choice) => {
      const history = new History();
      for (const { time, ...event } of entries) history.add(event as SimEvent, time);
      const count = choice % (entries.length + 1);
      expect(history.after(count)).toEqual(entries.slice(0, count).reduce(apply, initial));
      expect(history.now).toEqual(entries.reduce(apply, initial));
    }),
    { numRuns: 100 },
  );
});

it('A6 who is shown as typing is whom TypingReceiver shows', () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 4000 }),
    lateMs: fc.integer({ min: 0, max: 7000 }),
    from: fc.constantFrom('alice', 'carol'),
    what: fc.constantFrom({ typing: true }, { stop: true }, { text: 'x' }, { objectName: 'RC:ReadNtf' }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const clock = new VirtualClock();
      const receiver = new TypingReceiver({ clock, userId: 'bob' });
      let state = [joined('bob'), online].reduce(
        (before, event) => apply(before, { ...event, time: clock.now() }),
        initial,
      );
      for (const { waitMs, lateMs, from, what } of steps) {
        clock.advanceTo(clock.now() + waitMs);
        const arrived = status({ ...what, from, sentTime: clock.now() - lateMs });
        receiver.receive(arrived);
        state = apply(state, { event: 'frame', ...on, frame: arrived, time: clock.now() } as Entry);
        const shown = [...bobs(state).typing].filter(([, until]) => until > clock.now());
        expect(shown.map(([userId]) => userId).sort()).toEqual(receiver.userIds.sort());
      }
    }),
  );
});
