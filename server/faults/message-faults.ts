import type { Send } from '../app/deliver.ts';
import { type Fields, requiredWholeNumber, userId } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';
import { type Fault, type FaultSpec, Held, type Stage } from './fault.ts';

type Spec<Name extends FaultSpec['fault']> = FaultSpec & { fault: Name };

/** The next `count` messages to the user, who is online, are lost on the way: dropped with the reason `fault`. */
export function dropNext(fields: Fields): Fault {
  const count = requiredWholeNumber(fields, 'count', 1, limits.faultCount);
  return dropping({ fault: 'drop-next', userId: userId(fields, 'userId'), count });
}

const dropping = (spec: Spec<'drop-next'>): Fault => ({
  spec,
  effect: 'the fault drop-next loses it',
  isSpent: () => spec.count === 0,
  lose() {
    spec.count--;
    return true;
  },
  rehearse: () => dropping({ ...spec }),
});

/**
 * In the next fan-out that gets as far as `recipient`, the user's sessions are reset just before that recipient. What
 * was for the user until then is lost with the connection.
 */
export function disconnectAt(fields: Fields, stage: Stage): Fault {
  const recipient = requiredWholeNumber(fields, 'recipient', 1, limits.recipients);
  return disconnecting({ fault: 'disconnect-at', userId: userId(fields, 'userId'), recipient }, stage);
}

function disconnecting(spec: Spec<'disconnect-at'>, { presence, breakOff }: Stage): Fault {
  let isSpent = false;
  const affects = (recipients: number) => recipients >= spec.recipient;
  return {
    spec,
    effect: `the fault disconnect-at resets the connection at recipient ${spec.recipient}`,
    isSpent: () => isSpent,
    reach(position) {
      if (position !== spec.recipient) return;
      isSpent = true;
      for (const session of presence.sessionsOf(spec.userId)) breakOff(session);
    },
    lose: (position, recipients) => position < spec.recipient && affects(recipients),
    affects,
    rehearse: (stage) => disconnecting(spec, stage),
  };
}

interface HeldMessage {
  readonly session: Session;
  readonly bytes: number;
  send(): void;
}

/** Each message to the user waits until it is released, in order for each session; the report says delivered. */
export function holdArrival(fields: Fields, { room }: Stage): Fault {
  const held = new Held<HeldMessage>(room);
  const fault: Fault = {
    spec: { fault: 'hold-arrival', userId: userId(fields, 'userId') },
    effect: 'the fault hold-arrival holds it back until it is released',
    ...held.releasing(({ send }) => send()),
    detour(send: Send, bytes: number): Send {
      return (session, recipientIndex) => {
        const message = { session, bytes, send: () => send(session, recipientIndex) };
        return held.add(message) ? undefined : 'backpressure';
      };
    },
    withholds: (session) => [...held].some((message) => message.session === session),
    rehearse: ({ room: copy }) => ({ ...fault, ...held.rehearse(copy) }),
  };
  return fault;
}

interface DelayedMessage extends HeldMessage {
  readonly left: Promise<void>;
}

/** Each message to the user leaves later, by the app's clock, and in order; the report says delivered. */
export function delay(fields: Fields, { clock, room }: Stage): Fault {
  const delayMs = requiredWholeNumber(fields, 'delayMs', 1, limits.delayMs);
  const held = new Held<DelayedMessage>(room);

  /** If the clock was set back, the timer of a later message may fire first. */
  function leaveUpTo(last?: DelayedMessage): void {
    for (const message of held) {
      message.send();
      if (message === last) return;
    }
  }

  const fault: Fault = {
    spec: { fault: 'delay', userId: userId(fields, 'userId'), delayMs },
    effect: `the fault delay holds it back for ${delayMs} ms`,
    /** Held messages leave at once, so that no later one overtakes them. */
    end: () => leaveUpTo(),
    detour(send: Send, bytes: number): Send {
      return (session, recipientIndex) => {
        let leave!: () => void;
        const left = new Promise<void>((resolve) => {
          leave = resolve;
        });
        const message: DelayedMessage = {
          session,
          bytes,
          left,
          send() {
            cancel();
            held.remove(message);
            send(session, recipientIndex);
            leave();
          },
        };
        if (!held.add(message)) return 'backpressure';
        const cancel = clock.after(delayMs, () => leaveUpTo(message));
        return undefined;
      };
    },
    underWay: (session) => [...held].findLast((message) => message.session === session)?.left,
    rehearse: ({ room: copy }) => ({ ...fault, ...held.rehearse(copy) }),
  };
  return fault;
}
