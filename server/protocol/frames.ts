/** The JSON text frames between the simulator and its clients (B5). */

/** One-to-one, in a group, or from the system to all who are online. */
export type ChannelType = 'PERSON' | 'GROUP' | 'SYSTEM';

/** Which of the four classes of platform a client logs in from: one session each (B5). */
export const platformClasses = {
  ios: 'mobile',
  android: 'mobile',
  harmony: 'mobile',
  web: 'web',
  desktop: 'desktop',
  miniprogram: 'miniprogram',
} as const;

export type Platform = keyof typeof platformClasses;

export function isPlatform(text: string): text is Platform {
  return Object.hasOwn(platformClasses, text);
}

/** The messageUID of one recipient, as in the HTTP answer (A1). */
export interface RecipientUID {
  userId: string;
  messageUID: string;
}

/** The messageUID that all recipients in one group share, as in the HTTP answer (A1). */
export interface GroupUID {
  groupId: string;
  messageUID: string;
}

// --- server → client ---

/** Always the first frame: the session is registered and the user is online. */
export interface ConnectedFrame {
  type: 'connected';
  userId: string;
  sessionId: string;
  /** Milliseconds since 1970. */
  serverTime: number;
}

/** A status message that reached this session. */
export interface StatusFrame {
  type: 'status';
  messageUID: string;
  channelType: ChannelType;
  fromUserId: string;
  /** Of a message to a group. */
  groupId?: string | undefined;
  objectName: string;
  /** The text exactly as published. */
  content: string;
  /** Milliseconds since 1970. */
  sentTime: number;
}

/** The sender's own copy, on request. */
export interface EchoFrame {
  type: 'echo';
  /** The same list as in the HTTP answer; of a message to a group that group's row of it. */
  messageUIDs: (RecipientUID | GroupUID)[];
  channelType: ChannelType;
  fromUserId: string;
  /** Of a message to a group. */
  groupId?: string | undefined;
  objectName: string;
  content: string;
  /** Milliseconds since 1970. */
  sentTime: number;
}

/** A subscribed user's presence: once at the subscription, then at each change. */
export interface PresenceFrame {
  type: 'presence';
  userId: string;
  online: boolean;
  /** Milliseconds since 1970. */
  at: number;
}

/** Answers a `publish` frame. */
export interface PublishedFrame {
  type: 'published';
  id: string;
  messageUIDs: RecipientUID[];
}

/** Answers a `sync` frame: all that was handed to the session before has arrived. */
export interface SyncedFrame {
  type: 'synced';
  id: string;
}

/** Answers a frame that could not be carried out; the session stays open. */
export interface ErrorFrame {
  type: 'error';
  /** The id of the frame, when it had a readable one. */
  id?: string;
  code: number;
  errorMessage: string;
}

export type ServerFrame =
  | ConnectedFrame
  | StatusFrame
  | EchoFrame
  | PresenceFrame
  | PublishedFrame
  | SyncedFrame
  | ErrorFrame;

// --- client → server ---

/** An upstream publish; the sender is the session's user. */
export interface PublishFrame {
  type: 'publish';
  id: string;
  toUserId: string[];
  objectName: string;
  content: string;
  verifyBlacklist?: 0 | 1;
  isIncludeSender?: 0 | 1;
}

export interface SubscribeFrame {
  type: 'subscribe' | 'unsubscribe';
  /** Comes back with an error; nothing else answers. */
  id?: string;
  userIds: string[];
}

export interface SyncFrame {
  type: 'sync';
  id: string;
}

export type ClientFrame = PublishFrame | SubscribeFrame | SyncFrame;
