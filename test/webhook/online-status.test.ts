import { expect, it } from 'vitest';
import type { SessionEvent } from '../../server/index.ts';
import type { Platform } from '../../server/protocol/frames.ts';
import { onlineStatusOf } from '../../server/webhook/webhooks.ts';

const opened: SessionEvent = {
  event: 'session',
  at: 1_795_424_866_000,
  appKey: 'app',
  userId: 'bob',
  sessionId: 'session-1',
  clientIp: '127.0.0.1:50000',
  state: 'opened',
  online: true,
};
const closed = (code: number): SessionEvent => ({ ...opened, state: 'closed', code, online: false });

it('B8.1 an event says who, when, from where and in which session', () => {
  expect(onlineStatusOf({ ...opened, platform: 'ios' })).toEqual({
    userid: 'bob',
    status: '0',
    os: 'iOS',
    time: 1_795_424_866_000,
    clientIp: '127.0.0.1:50000',
    sessionId: 'session-1',
  });
});

it.for([1000, 1005])('B8.1 a client that closes with %i has logged out', (code) => {
  expect(onlineStatusOf(closed(code)).status).toBe('2');
});

it.for([1001, 1006, 1009, 4008, 4010, 4011])('B8.1 a session closed with %i is offline', (code) => {
  expect(onlineStatusOf(closed(code)).status).toBe('1');
});

it.for([
  ['ios', 'iOS'],
  ['android', 'Android'],
  ['harmony', 'HarmonyOS'],
  ['web', 'Websocket'],
  ['desktop', 'PC'],
  ['miniprogram', 'MiniProgram'],
] as [Platform, string][])('B8.1 the platform %s is called %s', ([platform, os]) => {
  expect(onlineStatusOf({ ...opened, platform }).os).toBe(os);
});

it('B8.1 without a platform the system is the one of a WebSocket', () => {
  expect(onlineStatusOf(opened).os).toBe('Websocket');
});
