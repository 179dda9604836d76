import { expect, it } from 'vitest';
import type { DeliveryReport, EchoOutcome, RecipientOutcome } from '../../server/core/delivery-report.ts';
import { mergeShares, shareOf } from '../../server/core/report-share.ts';
import { MessageUIDs, StatusMessage } from '../../server/core/status-message.ts';

const ids = ['ann', 'bob', 'carol', 'dave'];
const uids = new MessageUIDs('5GSBRPM1KP8H', ids.length);
const uidOfAll = new MessageUIDs('5GSBRPM1KP8H', 1);
const none: EchoOutcome = { outcome: 'not-requested' };

function messageOf(channelType: 'PERSON' | 'SYSTEM', toUserIds: string[]): StatusMessage {
  const draft = { fromUserId: 'alice', objectName: 'app:mood', content: 'fine' };
  const request = { ...draft, channelType, toUserIds, verifyBlacklist: false, includeSender: true };
  return new StatusMessage(request, channelType === 'SYSTEM' ? uidOfAll : uids, 1);
}

const to = (index: number, sessions: number, backpressure?: number): RecipientOutcome => ({
  userId: ids[index]!,
  messageUID: uids.of(index),
  outcome: 'delivered',
  sessions,
  ...(backpressure === undefined ? {} : { backpressure }),
});
const lost = (
  index: number,
  reason: 'offline' | 'blocked' | 'fault' | 'unknown' | 'backpressure',
  backpressure?: number,
): RecipientOutcome => ({
  userId: ids[index]!,
  messageUID: uids.of(index),
  outcome: 'dropped',
  reason,
  ...(backpressure === undefined ? {} : { backpressure }),
});

it('B2.1 a share says nothing of those that the node knows nothing of', () => {
  const report: DeliveryReport = {
    recipients: [lost(0, 'offline'), lost(1, 'blocked'), lost(2, 'offline')],
    echo: none,
  };
  expect(shareOf(report, false)).toEqual({ rows: [], echo: none });
});

it('B2.1 a share names recipients by their place', () => {
  const recipients = [lost(0, 'offline'), to(1, 2), to(2, 1, 3), lost(3, 'backpressure', 2)];
  expect(shareOf({ recipients, echo: { outcome: 'echoed', sessions: 1 } }, false)).toEqual({
    rows: [
      [1, 2, 0],
      [2, 1, 3],
      [3, 0, 2, 'backpressure'],
    ],
    echo: { outcome: 'echoed', sessions: 1 },
  });
});

it('B2.1 in a broadcast it names them by their ids, for each node finds its own', () => {
  expect(shareOf({ recipients: [to(1, 2), lost(2, 'fault')], echo: none }, true).rows).toEqual([
    ['bob', 2, 0],
    ['carol', 0, 0, 'fault'],
  ]);
});

it('B2.1 shares are merged as if all sessions were here', () => {
  const own: DeliveryReport = {
    recipients: [lost(0, 'offline'), to(1, 1), lost(2, 'blocked'), lost(3, 'offline')],
    echo: { outcome: 'sender-offline' },
  };
  const others: DeliveryReport[] = [
    {
      recipients: [to(0, 2), to(1, 1, 1), lost(2, 'blocked'), lost(3, 'backpressure', 1)],
      echo: { outcome: 'echoed', sessions: 2 },
    },
    {
      recipients: [lost(0, 'offline'), lost(1, 'offline'), lost(2, 'blocked'), lost(3, 'offline')],
      echo: { outcome: 'echoed', sessions: 1 },
    },
  ];
  const shares = others.map((report) => shareOf(report, false));
  expect(mergeShares(own, shares, messageOf('PERSON', ids), undefined)).toEqual({
    recipients: [to(0, 2), to(1, 2, 1), lost(2, 'blocked'), lost(3, 'backpressure', 1)],
    echo: { outcome: 'echoed', sessions: 3 },
  });
});

it('B1.15 whom only another node knows is one more recipient of a broadcast', () => {
  const uid = (row: RecipientOutcome): RecipientOutcome => ({ ...row, messageUID: uidOfAll.of(0) });
  const own: DeliveryReport = { recipients: [uid(to(0, 1))], echo: none };
  const shares = [
    shareOf({ recipients: [uid(to(1, 1)), uid(to(0, 1))], echo: none }, true),
    shareOf({ recipients: [uid(to(1, 2))], echo: none }, true),
  ];
  expect(mergeShares(own, shares, messageOf('SYSTEM', ['ann']), undefined).recipients).toEqual([
    uid(to(0, 2)),
    uid(to(1, 3)),
  ]);
});

it('B2.1 who may have a session on a node that did not answer is unknown, unless it was delivered', () => {
  const own: DeliveryReport = {
    recipients: [lost(0, 'offline'), to(1, 1), lost(2, 'blocked'), lost(3, 'offline')],
    echo: { outcome: 'sender-offline' },
  };
  const isUnknown = (userId: string) => userId !== 'dave';
  expect(mergeShares(own, [], messageOf('PERSON', ids), isUnknown)).toEqual({
    recipients: [lost(0, 'unknown'), to(1, 1), lost(2, 'blocked'), lost(3, 'offline')],
    echo: { outcome: 'unknown' },
  });
  expect(mergeShares(own, [], messageOf('PERSON', ids), () => false).echo).toEqual({
    outcome: 'sender-offline',
  });
});
