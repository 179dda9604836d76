/** Bounds that the protocol itself sets. Each is named in the error a request over it gets (B3). */
export const limits = {
  /** Values of `toUserId` in one request, counted as sent (A1). */
  recipients: 1000,
  /** Values of `toGroupId` in one request, counted as sent (A1). */
  groups: 3,
  /** Values of `userId` in one call about a group (A6). */
  groupUserIds: 1000,
  /** Characters (Unicode code points) of the id of a user or group (B3). */
  userIdCharacters: 64,
  /** Characters of `objectName` (A1). */
  objectNameCharacters: 32,
  /** Bytes of `content` in UTF-8 (B3). */
  contentBytes: 131_072,
  /** Values of `blackUserId` in one request (A6). */
  blackUserIds: 20,
  /** Characters of an `App-Key` (B4). */
  appKeyCharacters: 64,
  /** Characters of the name of a node in a cluster (B9). */
  nodeNameCharacters: 64,
  /** Characters of an `X-Request-ID` that is echoed (A2). */
  requestIdCharacters: 36,
  /** Bytes of a request body: 128 KiB of content percent-encoded, 1000 ids of 64 characters, and room (A3). */
  bodyBytes: 2 * 1024 * 1024,
  /** Lists and objects within each other in a body or frame of JSON (B5.10, B6.1). */
  jsonLevels: 32,
  /** Bytes of one WebSocket frame from a client (B5). */
  clientFrameBytes: 1024 * 1024,
  /** Users that one session may be subscribed to (B5). */
  subscriptions: 1000,
  /** Characters of the `id` that a client gives to a `publish` or a `sync` (B5). */
  frameIdCharacters: 64,
  /** Bytes that may wait for one reader of the trace; then it is cut off (B6.5). */
  traceBacklogBytes: 1024 * 1024,
  /** Events that may wait for one webhook; then the oldest are lost (A6). */
  webhookEvents: 10_000,
  /** Events in one post of a webhook (A6). */
  webhookBatch: 100,
  /** Milliseconds that a barrier may wait for clients (B6.7). */
  settleMs: 60_000,
  /** Milliseconds that a look into an inbox may wait for a frame (B6.4). */
  inboxWaitMs: 60_000,
  /** Faults that one app may have (B6.10). */
  faults: 1000,
  /** What a fault may count down from (B6.10). */
  faultCount: 1_000_000,
  /** Milliseconds that a fault may hold a message back (B6.10). */
  delayMs: 600_000,
  /** Messages that a delay may hold back for one user; further ones are dropped (B6.10). */
  delayedMessages: 10_000,
  /** Milliseconds by which a clock may be advanced at once: a year (B6.8). */
  advanceMs: 366 * 24 * 60 * 60 * 1000,
} as const;
