import type { Case } from './case.ts';
import type { Publication } from './publication.ts';
import type { Receipt } from './receipt.ts';
import type { Violation } from './referee.ts';
import type { Fault, Ruling, Verdict } from './ruling.ts';
import type { Certainty, Stay } from './stay.ts';

/** The story of one message that went wrong. Moments are in milliseconds since 1970. */
export interface ViolationRecord {
  fault: Fault;
  userId: string;
  message: number;
  /** Missing when the message was forgotten long ago, or never sent. */
  story?: StoryRecord;
  /** What came after the message was settled, if that is what went wrong. */
  got?: ReceiptRecord;
}

export interface StoryRecord extends Publication {
  sentAt: number;
  answer: { outcome: 'accepted' | 'refused' | 'unanswered'; at: number };
  /** Who had to do with it, those first for whom it went wrong. */
  clients: ClientRecord[];
}

/** One client's part in it. */
export interface ClientRecord {
  userId: string;
  /** What was meant for it. */
  due: Receipt['kind'] | null;
  /** What it knew of its own presence from the request to the answer. */
  was: Certainty;
  verdict: Verdict;
  /** What the answer said it would get. */
  messageUID?: string;
  got: ReceiptRecord[];
  faults: readonly Fault[];
  sessions: SessionRecord[];
}

export interface ReceiptRecord {
  kind: Receipt['kind'];
  at: number;
  messageUID: string;
  session: SessionRecord;
}

/** What has not come about is missing. */
export interface SessionRecord {
  connectAt: number;
  onlineAt?: number;
  leaveAt?: number;
  goneAt?: number;
}

export function violationRecord({ fault, userId, number, case: known, receipt }: Violation): ViolationRecord {
  return {
    fault,
    userId,
    message: number,
    ...(known ? { story: storyOf(known) } : {}),
    ...(receipt ? { got: receiptRecord(receipt) } : {}),
  };
}

function storyOf({ publication, sentAt, answer, rulings }: Case): StoryRecord {
  const { outcome, at } = answer!;
  const worstFirst = rulings.toSorted((one, other) => other.faults.length - one.faults.length);
  return { ...publication, sentAt, answer: { outcome, at }, clients: worstFirst.map(clientRecord) };
}

function clientRecord({ userId, due, certainty, verdict, receipts, faults, stays }: Ruling): ClientRecord {
  return {
    userId,
    due: due?.kind ?? null,
    was: certainty,
    verdict,
    ...(due?.messageUID === undefined ? {} : { messageUID: due.messageUID }),
    got: receipts.map(receiptRecord),
    faults,
    sessions: stays.map(sessionRecord),
  };
}

function receiptRecord({ kind, at, messageUID, stay }: Receipt): ReceiptRecord {
  return { kind, at, messageUID, session: sessionRecord(stay) };
}

function sessionRecord({ connectAt, onlineAt, leaveAt, goneAt }: Stay): SessionRecord {
  const later = Object.entries({ onlineAt, leaveAt, goneAt }).filter(
    ([, at]) => at < Number.POSITIVE_INFINITY,
  );
  return { connectAt, ...Object.fromEntries(later) };
}
