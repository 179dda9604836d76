import { expect, it } from 'vitest';
import { Referee } from '../../../client-sim/swarm/referee.ts';
import { violationRecord } from '../../../client-sim/swarm/violation-record.ts';

const publication = {
  via: 'request',
  fromUserId: 'alice',
  toUserIds: ['carol', 'bob'],
  isIncludeSender: false,
  objectName: 'app:mood',
} as const;

/** A message to bob, who has left since then, and to carol, who gets it. */
function played() {
  const referee = new Referee({ memory: 1 });
  const [bob, carol] = [referee.attendance.arrive('bob', 10), referee.attendance.arrive('carol', 10)];
  for (const stay of [bob, carol]) stay.online(20);
  const opened = referee.open(publication, 40);
  const messageUIDs = new Map([
    ['carol', 'C'],
    ['bob', 'B'],
  ]);
  opened.answered({ outcome: 'accepted', at: 50, messageUIDs });
  const receipt = { userId: 'carol', kind: 'status', messageUID: 'C', at: 60, stay: carol } as const;
  opened.received(receipt);
  bob.leave(70);
  bob.gone(80, true);
  opened.settle((userId) => referee.attendance.of(userId), new Map());
  return { opened, receipt };
}

const session = { connectAt: 10, onlineAt: 20 };

it('a record tells of all clients, those first for whom it went wrong, and of each only what has come about', () => {
  const { opened } = played();
  const record = violationRecord({ fault: 'lost', userId: 'bob', number: opened.number, case: opened });
  expect(record).toEqual({
    fault: 'lost',
    userId: 'bob',
    message: opened.number,
    story: {
      ...publication,
      sentAt: 40,
      answer: { outcome: 'accepted', at: 50 },
      clients: [
        {
          userId: 'bob',
          due: 'status',
          was: 'online',
          verdict: 'must',
          messageUID: 'B',
          got: [],
          faults: ['lost'],
          sessions: [{ ...session, leaveAt: 70, goneAt: 80 }],
        },
        {
          userId: 'carol',
          due: 'status',
          was: 'online',
          verdict: 'must',
          messageUID: 'C',
          got: [{ kind: 'status', at: 60, messageUID: 'C', session: session }],
          faults: [],
          sessions: [session],
        },
      ],
    },
  });
});

it('a record of a message that was forgotten tells what came', () => {
  const { receipt } = played();
  const violation = { fault: 'misdelivered', userId: 'carol', number: 7, case: undefined, receipt } as const;
  expect(violationRecord(violation)).toEqual({
    fault: 'misdelivered',
    userId: 'carol',
    message: 7,
    got: { kind: 'status', at: 60, messageUID: 'C', session },
  });
});

it('a record of what came unasked tells that nothing was due', () => {
  const referee = new Referee({ memory: 1 });
  const opened = referee.open(publication, 40);
  opened.answered({ outcome: 'refused', at: 50, code: 1008, errorMessage: 'Too many.' });
  const stay = referee.attendance.arrive('bob', 10);
  opened.received({ userId: 'bob', kind: 'status', messageUID: 'B', at: 60, stay });
  opened.settle((userId) => referee.attendance.of(userId), new Map());
  const { story } = violationRecord({ fault: 'misdelivered', userId: 'bob', number: 1, case: opened });
  expect(story?.clients[0]).toEqual({
    userId: 'bob',
    due: null,
    was: 'changing',
    verdict: 'must not',
    got: [{ kind: 'status', at: 60, messageUID: 'B', session: { connectAt: 10 } }],
    faults: ['misdelivered'],
    sessions: [{ connectAt: 10 }],
  });
});
