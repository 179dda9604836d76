import { expect, it } from 'vitest';
import {
  type DeliveryReport,
  mergeRecipients,
  type RecipientOutcome,
  recipientOutcome,
  toldOf,
} from '../../server/core/delivery-report.ts';
import { chargeOf } from '../../server/core/publish-rate.ts';
import type { GroupPublish, PublishRequest } from '../../server/core/publish-request.ts';
import type { StatusMessage } from '../../server/core/status-message.ts';

const said = { fromUserId: 'a', objectName: 'x', content: '', verifyBlacklist: false, includeSender: false };
const toUsers = { ...said, channelType: 'PERSON', toUserIds: ['b', 'c'] } satisfies PublishRequest;
const toGroups = { ...said, toGroupIds: ['g', 'h', 'i'] } satisfies GroupPublish;

it.for<[string, PublishRequest | GroupPublish, [string, number]]>([
  ['B1.13 users', toUsers, ['recipients', 2]],
  ['B13.2 users, stored', { ...toUsers, stored: true }, ['storedRecipients', 2]],
  ['B1.13 groups', toGroups, ['groups', 3]],
  ['B13.2 groups, stored', { ...toGroups, stored: true }, ['storedGroups', 3]],
  ['B13.2 from the system', { ...toUsers, channelType: 'SYSTEM', stored: true }, ['system', 2]],
])('%s have a rate of their own', ([, request, charge]) => {
  expect(chargeOf(request)).toEqual(charge);
});

const offline = { userId: 'b', messageUID: 'u', outcome: 'dropped', reason: 'offline' } as const;
const blocked = { ...offline, userId: 'c', reason: 'blocked' } as const;
const got = { userId: 'd', messageUID: 'u', outcome: 'delivered', sessions: 1 } as const;
const reportOf = (): DeliveryReport => ({
  recipients: [{ ...offline }, { ...blocked }, { ...got }],
  echo: { outcome: 'not-requested' },
});
const messageOf = (stored?: true) =>
  ({ request: { ...toUsers, ...(stored && { stored }) } }) as unknown as StatusMessage;
const note = 'the service would keep this and deliver it later';

it('B13.3 of a stored message it is noted for who is offline, and for nobody else', () => {
  const report = toldOf(messageOf(true), reportOf());
  expect(report.recipients).toEqual([{ ...offline, note }, blocked, got]);
});

it('B13.3 of a status message nothing is noted', () => {
  expect(toldOf(messageOf(), reportOf())).toEqual(reportOf());
});

it('B10.6 an outcome says that it was the allow list', () => {
  const plan = { userId: 'b', sessions: [], drop: 'blocked' } as const;
  const row = { userId: 'b', messageUID: 'u', outcome: 'dropped', reason: 'blocked' };
  expect(recipientOutcome({ ...plan, allowList: true }, 'u')).toEqual({ ...row, allowList: true });
  expect(recipientOutcome(plan, 'u')).toEqual(row);
});

it('B10.6 it stays said in the outcome of two nodes, whichever says it, unless it was delivered', () => {
  const listed: RecipientOutcome = { ...blocked, allowList: true };
  expect(mergeRecipients(listed, blocked)).toEqual(listed);
  expect(mergeRecipients(blocked, listed)).toEqual(listed);
  expect(mergeRecipients(blocked, blocked)).toEqual(blocked);
  expect(mergeRecipients(listed, { ...got, userId: 'c' })).toEqual({ ...got, userId: 'c' });
});
