/** Bounds that the protocol itself sets. Each is named in the error a request over it gets (B3). */
export const limits = {
  /** Values of `toUserId` in one request, counted as sent (A1). */
  recipients: 1000,
  /** Characters (Unicode code points) of a user id (B3). */
  userIdCharacters: 64,
  /** Characters of `objectName` (A1). */
  objectNameCharacters: 32,
  /** Bytes of `content` in UTF-8 (B3). */
  contentBytes: 131_072,
  /** Values of `blackUserId` in one request (A6). */
  blackUserIds: 20,
  /** Characters of an `App-Key` (B4). */
  appKeyCharacters: 64,
  /** Characters of an `X-Request-ID` that is echoed (A2). */
  requestIdCharacters: 36,
  /** Bytes of a request body: 128 KiB of content percent-encoded, 1000 ids of 64 characters, and room (A3). */
  bodyBytes: 2 * 1024 * 1024,
  /** Bytes of one WebSocket frame from a client (B5). */
  clientFrameBytes: 1024 * 1024,
  /** Users that one session may be subscribed to (B5). */
  subscriptions: 1000,
  /** Characters of the `id` that a client gives to a `publish` or a `sync` (B5). */
  frameIdCharacters: 64,
  /** Milliseconds that a barrier may wait for clients (B6). */
  settleMs: 60_000,
  /** Milliseconds by which a clock may be advanced at once: a year (B6). */
  advanceMs: 366 * 24 * 60 * 60 * 1000,
} as const;
