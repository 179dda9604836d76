import pc from 'picocolors';
import { expect, it } from 'vitest';
import { traceLines } from '../../client-sim/cli/trace-lines.ts';
import type { PublishEvent, SessionEvent, SimEvent } from '../../server/index.ts';

const publish: PublishEvent = {
  event: 'publish',
  at: 0,
  appKey: 'default',
  via: 'sim',
  fromUserId: 'alice',
  channelType: 'PERSON',
  objectName: 'app:mood',
  contentBytes: 4,
  report: {
    recipients: [{ userId: 'bob', messageUID: 'u', outcome: 'delivered', sessions: 2 }],
    echo: { outcome: 'not-requested' },
  },
};

const session: SessionEvent = {
  event: 'session',
  at: 0,
  appKey: 'default',
  userId: 'bob',
  sessionId: 's',
  state: 'closed',
  code: 4010,
  online: true,
};

function delivered(backpressure: number): PublishEvent {
  const row = { userId: 'bob', messageUID: 'u', outcome: 'delivered', sessions: 2, backpressure } as const;
  return { ...publish, report: { ...publish.report, recipients: [row] } };
}

const waiting = { userId: 'bob', messageUID: 'u', outcome: 'dropped', reason: 'offline', note: 'it waits' };
const kept = { ...publish, report: { ...publish.report, recipients: [waiting] } } as PublishEvent;

function echoed(echo: PublishEvent['report']['echo']): PublishEvent {
  return { ...publish, report: { recipients: [], echo } };
}

it.each<[SimEvent, string]>([
  [publish, 'delivered to 2 sessions     alice → bob  app:mood'],
  [delivered(1), 'delivered to 2 sessions, 1 too slow  alice → bob  app:mood'],
  [kept, 'dropped: offline            alice → bob: it waits  app:mood'],
  [echoed({ outcome: 'echoed', sessions: 1 }), 'echo to 1 session           alice  app:mood'],
  [echoed({ outcome: 'already-recipient' }), 'no echo: already-recipient  alice  app:mood'],
  [session, 'session closed with 4010    bob, still online'],
  [{ ...session, online: false }, 'session closed with 4010    bob, now offline'],
  [{ ...session, state: 'opened', platform: 'ios' }, 'session opened              bob on ios'],
  [{ ...session, appKey: 'other' }, 'session closed with 4010    bob, still online  app other'],
  [
    { event: 'refused', at: 0, path: '/x', code: 404, errorMessage: 'Not a valid API.' },
    'refused with 404            /x  Not a valid API.',
  ],
  [
    { event: 'accepted', at: 0, appKey: 'default', path: '/x', note: 'accepted, not simulated' },
    'accepted, not simulated     /x',
  ],
])('%# reads well', (event, line) => {
  expect(traceLines(event, pc.createColors(false)).map((each) => each.slice(14))).toEqual([line]);
});

it('a message to a group names the group, and an empty one says so', () => {
  const group = { ...publish, channelType: 'GROUP', groupId: 'team' } as const;
  const lines = [group, { ...group, report: { ...publish.report, recipients: [] } }].flatMap((event) => {
    return traceLines(event, pc.createColors(false)).map((line) => line.slice(14));
  });
  expect(lines).toEqual([
    'delivered to 2 sessions     alice → bob  app:mood  in group team',
    'no other member             alice  app:mood  in group team',
  ]);
});

it('hints come in lines of their own', () => {
  const refused = { event: 'refused', at: 0, path: '/x', code: 1002, errorMessage: 'No.' } as const;
  const lines = [publish, refused].flatMap((event) => {
    return traceLines({ ...event, hints: ['Did you mean toUserId?'] }, pc.createColors(false)).slice(1);
  });
  expect(lines.map((line) => line.slice(14))).toEqual(
    Array(2).fill('hint                        Did you mean toUserId?'),
  );
});

it('colours tell outcomes apart', () => {
  const [line] = traceLines(publish, pc.createColors(true));
  expect(line).toContain('\u001b[32mdelivered to 2 sessions');
});
