import type { SessionEvent } from '../core/sim-event.ts';
import type { Platform } from '../protocol/frames.ts';

/** What the webhook tells of one session, in RongCloud's words (A6). */
export interface OnlineStatus {
  userid: string;
  /** "0" online, "1" offline, "2" logged out: not the numbers of checkOnline. */
  status: '0' | '1' | '2';
  os: string;
  /** Milliseconds since 1970. */
  time: number;
  /** Address and port. */
  clientIp: string;
  sessionId: string;
}

const systems: Record<Platform, string> = {
  ios: 'iOS',
  android: 'Android',
  harmony: 'HarmonyOS',
  web: 'Websocket',
  desktop: 'PC',
  miniprogram: 'MiniProgram',
};

export function onlineStatusOf(event: SessionEvent): OnlineStatus {
  const { userId, platform = 'web', at, clientIp = '', sessionId } = event;
  return { userid: userId, status: statusOf(event), os: systems[platform], time: at, clientIp, sessionId };
}

function statusOf({ state, code }: SessionEvent): OnlineStatus['status'] {
  if (state === 'opened') return '0';
  return code === loggedOut ? '2' : '1';
}

/** The WebSocket close code of a client that goes because it wants to. */
const loggedOut = 1000;
