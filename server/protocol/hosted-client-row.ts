/** A hosted client in the answer of `GET /sim/clients` (B6.4). */
export interface HostedClientRow {
  id: string;
  userId: string;
  /** Undefined until the session is open. */
  sessionId: string | undefined;
  /** Frames, those that its inbox has discarded among them. */
  received: number;
  open: boolean;
  /** How the session ended; the codes are those of B5.4. */
  closing?: { code: number; reason: string };
}
