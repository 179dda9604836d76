/** WebSocket close codes a simulated client can meet (B5). */
export const closeCodes = {
  shuttingDown: 1001,
  frameTooLarge: 1009,
  unauthorized: 4001,
  tooSlow: 4008,
  kicked: 4010,
  disconnected: 4011,
  blocked: 4012,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];

/** How a session ends (B5.4). */
export const closings: Readonly<Record<CloseCode, string>> = {
  [closeCodes.shuttingDown]: 'The simulator is shutting down.',
  [closeCodes.frameTooLarge]: 'The client sent a frame over 1 MiB.',
  [closeCodes.unauthorized]: 'The login was refused.',
  [closeCodes.tooSlow]: 'The client read too slowly.',
  [closeCodes.kicked]: 'A later login of the same class of platform took its place.',
  [closeCodes.disconnected]: 'Disconnected by /sim.',
  [closeCodes.blocked]: 'The back end blocked the user.',
};
