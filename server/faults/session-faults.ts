import { type Fields, userId } from '../core/parameters.ts';
import type { Connection, Session } from '../presence/session.ts';
import type { Fault, FaultSpec, Stage } from './fault.ts';

/**
 * The network is cut without a sign: the user's current sessions look alive, and nothing passes in either direction.
 * As with the real service, the report says that a message is delivered. A heartbeat ends the sessions (B5.7).
 */
export const halfOpen = (fields: Fields, stage: Stage) =>
  sessionFault('half-open', 'lets nothing pass', fields, stage, (connection, on) => connection.blackhole(on));

/**
 * The client stops reading: what is sent to the user's current sessions fills their budget, and then is dropped with
 * `backpressure` (B1.12). Pings are stuck as well, so in the end a heartbeat takes the client for dead (B5.7).
 */
export const freeze = (fields: Fields, stage: Stage) =>
  sessionFault('freeze', 'keeps the client from reading', fields, stage, (connection, on) =>
    connection.buffer(on),
  );

/** The user's sessions are broken off at once by a TCP reset (RST), without a close frame. */
export function reset(fields: Fields, { presence, breakOff }: Stage) {
  const spec = { fault: 'reset', userId: userId(fields, 'userId') } satisfies FaultSpec;
  return {
    spec,
    begin() {
      for (const session of presence.sessionsOf(spec.userId)) breakOff(session);
    },
    isSpent: () => true,
  } satisfies Fault;
}

/** A state of the sessions that a user has when the fault is set. Sessions opened later are not affected. */
function sessionFault(
  name: 'half-open' | 'freeze',
  effect: string,
  fields: Fields,
  { presence }: Stage,
  turn: (connection: Connection, on: boolean) => void,
) {
  const spec = { fault: name, userId: userId(fields, 'userId') } satisfies FaultSpec;
  let affected: readonly Session[] = [];
  return {
    spec,
    effect: `the fault ${name} ${effect}`,
    begin() {
      affected = presence.sessionsOf(spec.userId);
      for (const { connection } of affected) turn(connection, true);
    },
    end() {
      for (const { connection } of affected) turn(connection, false);
    },
    affects: () => presence.sessionsOf(spec.userId).some((session) => affected.includes(session)),
    stops: (session: Session) => affected.includes(session),
  } satisfies Fault;
}
