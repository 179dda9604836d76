import { expect, it } from 'vitest';
import { PublishLog } from '../../client-sim/claims/publish-log.ts';

function logOf(publishes: number): PublishLog {
  const log = new PublishLog('app-one');
  for (let number = 1; number <= publishes; number++) {
    log.add({
      event: 'publish',
      at: 0,
      appKey: 'app-one',
      via: 'sim',
      fromUserId: `user ${number}`,
      channelType: 'PERSON',
      objectName: 'my:ping',
      contentBytes: 2,
      report: { recipients: [], echo: { outcome: 'not-requested' } },
    });
  }
  return log;
}

it('B6.4 keeps the latest hundred publishes', () => {
  expect(logOf(101).fates.map(({ fromUserId }) => fromUserId)).toEqual(
    Array.from({ length: 100 }, (_, index) => `user ${index + 2}`),
  );
});

it('does not speak for those that it has forgotten', () => {
  expect(logOf(101).lacking('to "bob"')).toContain(
    'None of the latest 100 publishes was to "bob": the last of 101 was ',
  );
});
