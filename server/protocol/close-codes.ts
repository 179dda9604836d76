/** WebSocket close codes a simulated client can meet (B5). */
export const closeCodes = {
  /** The simulator is shutting down. */
  shuttingDown: 1001,
  /** A frame from the client was larger than the limit. */
  frameTooLarge: 1009,
  /** Bad token, App-Key or query: the session never opened. */
  unauthorized: 4001,
  /** The session read too slowly for what it was sent. */
  tooSlow: 4008,
  /** A later login of the same class of platform took its place. */
  kicked: 4010,
  /** Disconnected by `DELETE /sim/sessions/:userId`. */
  disconnected: 4011,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
