import type { Connection, Session } from '../presence/session.ts';
import type { Fault, Spec, Stage } from './fault.ts';

/**
 * The network is cut without a sign: the user's current sessions look alive, and nothing passes in either direction.
 * As with the real service, the report says that a message is delivered. A heartbeat ends the sessions (B5.7).
 */
export const halfOpen = (spec: Spec<'half-open'>, stage: Stage) =>
  sessionFault(spec, 'lets nothing pass', stage, (connection, on) => connection.blackhole(on));

/**
 * The client stops reading: what is sent to the user's current sessions fills their budget, and then is dropped with
 * `backpressure` (B1.12). Pings are stuck as well, so in the end a heartbeat takes the client for dead (B5.7).
 */
export const freeze = (spec: Spec<'freeze'>, stage: Stage) =>
  sessionFault(spec, 'keeps the client from reading', stage, (connection, on) => connection.buffer(on));

/** The user's sessions are broken off at once by a TCP reset (RST), without a close frame. */
export const reset = (spec: Spec<'reset'>, { sessionsAt, breakOff }: Stage): Fault => ({
  spec,
  begin() {
    for (const session of sessionsAt(spec)) breakOff(session);
  },
  isSpent: () => true,
});

/** A state of the sessions that a user has when the fault is set. Sessions opened later are not affected. */
function sessionFault(
  spec: Spec<'half-open' | 'freeze'>,
  effect: string,
  { sessionsAt }: Stage,
  turn: (connection: Connection, on: boolean) => void,
): Fault {
  let affected: readonly Session[] = [];
  return {
    spec,
    effect,
    begin() {
      affected = sessionsAt(spec);
      for (const { connection } of affected) turn(connection, true);
    },
    end() {
      for (const { connection } of affected) turn(connection, false);
    },
    affects: () => sessionsAt(spec).some((session) => affected.includes(session)),
    stops: (session) => affected.includes(session),
  };
}
