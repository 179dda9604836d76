import type { ChannelType, Platform } from '../protocol/frames.ts';
import type { DeliveryReport } from './delivery-report.ts';

/** Where a publish came in. */
export type PublishSource = 'rongcloud' | 'sim' | 'client' | 'embedded';

/** An accepted publish and what became of it. Never its content (B2). */
export interface PublishEvent {
  event: 'publish';
  /** Milliseconds since 1970. */
  at: number;
  appKey: string;
  via: PublishSource;
  fromUserId: string;
  channelType: ChannelType;
  /** Of a message to a group. */
  groupId?: string;
  objectName: string;
  /** Bytes of UTF-8. */
  contentBytes: number;
  /** One that the service stores (B13). */
  stored?: true;
  report: DeliveryReport;
  /** Unknown parameters that look like known ones; absent when there were none. */
  hints?: string[];
}

/** A session opened or closed. */
export interface SessionEvent {
  event: 'session';
  at: number;
  appKey: string;
  userId: string;
  sessionId: string;
  platform?: Platform;
  /** Address and port that the client connects from. */
  clientIp?: string;
  state: 'opened' | 'closed';
  /** The WebSocket close code, when closed. */
  code?: number;
  /** Closed because a test has asked for it, with a code that it may have chosen (B6.3). */
  by?: 'sim';
  /** Whether the user is online after it. */
  online: boolean;
}

/** A request that was refused: it delivered nothing (B1.11). */
export interface RefusedEvent {
  event: 'refused';
  at: number;
  appKey?: string;
  path: string;
  code: number;
  errorMessage: string;
  /** As of a publish. */
  hints?: string[];
}

/** A call that was accepted because of the option `acceptUnsimulated`, and did nothing (B12.2). */
export interface AcceptedEvent extends Pick<RefusedEvent, 'at' | 'path'> {
  event: 'accepted';
  appKey: string;
  note: 'accepted, not simulated';
}

export type SimEvent = PublishEvent | SessionEvent | RefusedEvent | AcceptedEvent;
