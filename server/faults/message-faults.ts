import type { Send } from '../app/deliver.ts';
import { type Fields, requiredWholeNumber, userId } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';
import { type Fault, type FaultSpec, type InterceptedApp, releasing } from './fault.ts';

/** The next `count` messages to the user, who is online, are lost on the way: dropped with the reason `fault`. */
export function dropNext(fields: Fields) {
  const spec = {
    fault: 'drop-next',
    userId: userId(fields, 'userId'),
    count: requiredWholeNumber(fields, 'count', 1, limits.faultCount),
  } satisfies FaultSpec;
  return {
    spec,
    effect: 'the fault drop-next loses it',
    isSpent: () => spec.count === 0,
    lose() {
      spec.count--;
      return true;
    },
    foresee: () => 'fault',
  } satisfies Fault;
}

/** In the next fan-out that gets as far as `recipient`, the user's sessions are reset just before that recipient. */
export function disconnectAt(fields: Fields, { presence }: InterceptedApp) {
  const spec = {
    fault: 'disconnect-at',
    userId: userId(fields, 'userId'),
    recipient: requiredWholeNumber(fields, 'recipient', 1, limits.recipients),
  } satisfies FaultSpec;
  let isSpent = false;
  return {
    spec,
    effect: `the fault disconnect-at resets the connection at recipient ${spec.recipient}`,
    isSpent: () => isSpent,
    reach(position: number) {
      if (position !== spec.recipient) return;
      isSpent = true;
      for (const { connection } of presence.sessionsOf(spec.userId)) connection.reset();
    },
    affects: (recipients: number) => recipients >= spec.recipient,
    foresee: (position: number) => (position >= spec.recipient ? 'offline' : undefined),
  } satisfies Fault;
}

interface HeldMessage {
  readonly session: Session;
  readonly left: Promise<void>;
  leave(): void;
}

/** Each message to the user waits until it is released, in order for each session; the report says delivered. */
export function holdArrival(fields: Fields) {
  const spec = { fault: 'hold-arrival', userId: userId(fields, 'userId') } satisfies FaultSpec;
  const held: { session: Session; send: () => void }[] = [];
  return {
    spec,
    effect: 'the fault hold-arrival holds it back until it is released',
    ...releasing(held, ({ send }) => send()),
    detour(send: Send): Send {
      return (session, recipientIndex) => {
        if (held.length >= limits.delayedMessages) return 'backpressure';
        held.push({ session, send: () => send(session, recipientIndex) });
        return undefined;
      };
    },
    withholds: (session: Session) => held.some((message) => message.session === session),
  } satisfies Fault;
}

/** Each message to the user leaves later, by the app's clock, and in order; the report says delivered. */
export function delay(fields: Fields, { clock }: InterceptedApp) {
  const spec = {
    fault: 'delay',
    userId: userId(fields, 'userId'),
    delayMs: requiredWholeNumber(fields, 'delayMs', 1, limits.delayMs),
  } satisfies FaultSpec;
  /** In order of arrival. */
  const held = new Set<HeldMessage>();

  function hold(session: Session, send: () => void): void {
    let resolveLeft: () => void;
    const left = new Promise<void>((resolve) => {
      resolveLeft = resolve;
    });
    const leave = () => {
      cancel();
      held.delete(message);
      send();
      resolveLeft();
    };
    const message = { session, left, leave };
    const cancel = clock.after(spec.delayMs, () => leaveUpTo(message));
    held.add(message);
  }

  /** If the clock was set back, the timer of a later message may fire first. */
  function leaveUpTo(last: HeldMessage): void {
    for (const message of held) {
      message.leave();
      if (message === last) return;
    }
  }

  return {
    spec,
    effect: `the fault delay holds it back for ${spec.delayMs} ms`,
    /** Held messages leave at once, so that no later one overtakes them. */
    end() {
      for (const message of held) message.leave();
    },
    detour(send: Send): Send {
      return (session, recipientIndex) => {
        if (held.size >= limits.delayedMessages) return 'backpressure';
        hold(session, () => send(session, recipientIndex));
        return undefined;
      };
    },
    underWay: (session: Session) => [...held].findLast((message) => message.session === session)?.left,
  } satisfies Fault;
}
