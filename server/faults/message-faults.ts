import type { Fault, Spec, Stage } from './fault.ts';
import { Held } from './held.ts';

/** The next `count` messages to the user, who is online, are lost on the way: dropped with the reason `fault`. */
export const dropNext = (spec: Spec<'drop-next'>): Fault => ({
  spec,
  effect: 'loses it',
  isSpent: () => spec.count === 0,
  lose() {
    spec.count--;
    return true;
  },
  rehearse: () => dropNext({ ...spec }),
});

/**
 * In the next fan-out that gets as far as `recipient`, the user's sessions are reset just before that recipient. What
 * was for the user until then is lost with the connection.
 */
export function disconnectAt(spec: Spec<'disconnect-at'>, { sessionsAt, breakOff }: Stage): Fault {
  let isSpent = false;
  const affects = (recipients: number) => recipients >= spec.recipient;
  return {
    spec,
    effect: `resets the connection at recipient ${spec.recipient}`,
    isSpent: () => isSpent,
    reach(position) {
      if (position !== spec.recipient) return;
      isSpent = true;
      for (const session of sessionsAt(spec)) breakOff(session);
    },
    lose: (position, recipients) => position < spec.recipient && affects(recipients),
    affects,
    rehearse: (stage) => disconnectAt(spec, stage),
  };
}

/**
 * Each message to the user waits until it is released, or for so long by the app's clock, in order for each session; the
 * report says delivered.
 */
export function holdMessages(spec: Spec<'hold-arrival' | 'delay'>, stage: Stage): Fault {
  const delayMs = spec.fault === 'delay' ? spec.delayMs : undefined;
  const held = new Held(stage, delayMs);
  const holdingIf = (hasRoom: boolean) => (hasRoom ? undefined : 'backpressure');
  const fault: Fault = {
    spec,
    effect: `holds it back ${delayMs === undefined ? 'until it is released' : `for ${delayMs} ms`}`,
    end: () => held.releaseUpTo(),
    holdBack: (session, bytes, send) => holdingIf(held.add(bytes, send, session)),
    rehearse({ room }) {
      const wouldAdd = held.rehearse(room);
      return { ...fault, holdBack: (_, bytes) => holdingIf(wouldAdd(bytes)) };
    },
  };
  if (delayMs !== undefined) return { ...fault, underWay: (session) => held.latestFor(session)?.gone };
  return {
    ...fault,
    release: () => held.release(),
    withholds: (session) => held.latestFor(session) !== undefined,
  };
}
