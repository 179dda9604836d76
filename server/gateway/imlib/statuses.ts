/** What a CONNACK tells a client; its `connect()` then gives the code in the comment. */
export const connStatuses = {
  /** 31001: it speaks another version of the protocol. */
  otherProtocol: 1,
  /** 31002: there is no such App-Key. */
  unknownApp: 2,
  /** 31003: try again later. */
  failed: 3,
  /** 31004: the token is not one of this app's. */
  badToken: 4,
  /** 31020: the token was one of this app's once. */
  expiredToken: 10,
} as const;

/** What a DISCONNECT tells a client; its event then has the code in the comment. */
export const disconnectStatuses = {
  /** 31010: a later login took its place. */
  kicked: 1,
  /** 31011: the server has ended the session, for good. */
  ended: 2,
  /** 31006: asks for an address again, and connects to that. */
  moved: 6,
} as const;

/** What a PUBACK or QUERYACK tells a client: the code of the call that is answered. */
export const ackStatuses = {
  ok: 0,
  tooOften: 20604,
  notSupported: 20606,
  notStored: 25102,
  failed: 25104,
  tooLong: 30016,
  badParameter: 33003,
} as const;
