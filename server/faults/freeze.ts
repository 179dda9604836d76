import type { Connection } from '../presence/session.ts';
import type { FaultSpec } from './fault.ts';
import { SessionFault } from './session-fault.ts';

/**
 * The client stops reading: what is handed to the sessions that the user has now piles up to its budget, and then is
 * dropped with `backpressure` (B1.12). Pings pile up, too, so in the end a heartbeat takes the client for dead (B5.7).
 */
export class Freeze extends SessionFault {
  readonly effect = 'the fault freeze keeps the client from reading';

  list(): FaultSpec {
    return { fault: 'freeze', userId: this.userId };
  }

  protected turn(connection: Connection, on: boolean): void {
    connection.buffer(on);
  }
}
