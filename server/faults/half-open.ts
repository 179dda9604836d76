import type { Connection } from '../presence/session.ts';
import type { FaultSpec } from './fault.ts';
import { SessionFault } from './session-fault.ts';

/**
 * The network is cut without a sign: the sessions that the user has now look alive, and nothing passes in either
 * direction. As the real service would, the report believes that a message is delivered. A heartbeat ends them (B5.7).
 */
export class HalfOpen extends SessionFault {
  readonly effect = 'the fault half-open lets nothing pass';

  list(): FaultSpec {
    return { fault: 'half-open', userId: this.userId };
  }

  protected turn(connection: Connection, on: boolean): void {
    connection.blackhole(on);
  }
}
