/** How the clients and the callers of a server speak, as far as a load must know. */
export interface Wire {
  /** What a client sends to come online, all at once. */
  opening(userId: string): string;
  /** What it has been sent when it is online, or may go on to join. */
  readonly opened: string;
  /** What it then sends, and has been sent when it is online. */
  readonly joining?: { reply: string; opened: string };
  /** What a caller sends once, before its first publish. */
  readonly hello?: string;
  /** One publish to each of these users. */
  publish(to: Recipients, content: string): Buffer;
  /** How each answer to a caller begins; empty when there are none. */
  readonly answer: string;
  /** How many answers one publish gets. Default 1. */
  answersTo?(recipients: number): number;
  /** How many bytes one recipient gets: always as many, so that a load need only count them. */
  frameBytes(content: string): number;
}

export interface Recipients {
  /** The sender, where it is not always the same. Its id is as long. */
  from?: string;
  userIds: readonly string[];
  /** How many of them are online. */
  online: number;
}

/** The frame that every candidate sends each recipient: what a client of this project gets. */
export function statusText(content: string, messageUID: string): string {
  return statusTextAround(content).join(messageUID);
}

/** The same without the messageUID: before and after it. */
export function statusTextAround(content: string): [string, string] {
  const rest = {
    channelType: 'PERSON',
    fromUserId: sender,
    objectName,
    content,
    sentTime,
  };
  return ['{"type":"status","messageUID":"', `",${JSON.stringify(rest).slice(1)}`];
}

/** A messageUID, where the caller has to make it. */
export function numberedUID(index = 0): string {
  return `5GSB-RPM1-KP8H-${String(index).padStart(4, '0')}`;
}

export const sender = 'user-sender';
export const objectName = 'RC:TxtMsg';
export const sentTime = 1_795_424_866_000;

/** The same POST for every candidate that speaks HTTP: the form of A1. */
export function postForm(
  path: string,
  { from = sender, userIds }: Recipients,
  content: string,
  headers = '',
): Buffer {
  const form = new URLSearchParams([
    ['fromUserId', from],
    ...userIds.map((userId): [string, string] => ['toUserId', userId]),
    ['objectName', objectName],
    ['content', content],
  ]);
  return post(path, 'application/x-www-form-urlencoded', form.toString(), headers);
}

export function post(path: string, type: string, body: string, headers = ''): Buffer {
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n${body}`,
  );
}

/** How the answers of an HTTP server begin when all is well. */
export const httpOk = 'HTTP/1.1 2';

export function upgrade(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
}

/** Where the answer to an upgrade ends. */
export const upgraded = '\r\n\r\n';

/** Length of a WebSocket frame from a server (RFC 6455, section 5.2). */
export function webSocketFrameBytes(payload: string): number {
  const length = Buffer.byteLength(payload);
  if (length < 126) return 2 + length;
  return length < 65_536 ? 4 + length : 10 + length;
}
