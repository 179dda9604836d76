import type { Stay } from './stay.ts';

/** Something of a message that came to a client. */
export interface Receipt {
  userId: string;
  kind: 'status' | 'echo';
  /** In an echo all of the list, joined by spaces. */
  messageUID: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The session it came to. */
  stay: Stay;
}
