import { ApiError, badParameter } from '../core/api-error.ts';
import { type ErrorName, errorCodes } from '../protocol/error-codes.ts';
import { limits } from '../protocol/limits.ts';
import type { Fault, Spec, Stage } from './fault.ts';
import { Held } from './held.ts';
import { oddsOf } from './odds.ts';

/** Publishes, of one sender or of all, are refused with a real code: the next `count`, or each with a probability. */
export function refusePublish(spec: Spec<'refuse-publish'>, stage: Stage): Fault {
  const odds = oddsOf(spec, stage);
  return {
    spec,
    isSpent: odds.isSpent,
    refuse() {
      if (!odds.strike()) return undefined;
      return new ApiError(
        refusals.get(spec.code)!,
        'Refused by the fault refuse-publish, as a test has asked for (B6.10).',
        spec.code === errorCodes.rateExceeded.code ? retryAfterSeconds : undefined,
      );
    },
    rehearse: (stage) => refusePublish({ ...spec }, stage),
  };
}

/** Each publish of the sender waits until it is released, and so does its caller. */
export function holdPublish(spec: Spec<'hold-publish'>, stage: Stage): Fault {
  const held = new Held(stage);
  return {
    spec,
    end: () => held.releaseUpTo(),
    release: () => held.release(),
    hold(bytes) {
      return new Promise((goOn) => {
        if (held.add(bytes, goOn)) return;
        throw badParameter(
          'fromUserId',
          `names a sender of whom the fault hold-publish holds too much: ${limits.heldItems} publishes at most, and ${limits.heldBytes} bytes of all that the faults of an app hold`,
        );
      });
    },
  };
}

/** The next `count` publishes over HTTP, of one sender or of all, are accepted and delivered; the answer is lost. */
export function loseResponse(spec: Spec<'lose-response'>, stage: Stage): Fault {
  const { strike, isSpent } = oddsOf(spec, stage);
  return { spec, isSpent, loseResponse: strike };
}

/** The codes that a publish may meet (A5). */
export const refusals: ReadonlyMap<number, ErrorName> = new Map(
  Object.entries(errorCodes)
    .filter(([, { code }]) => code >= 1000)
    .map(([name, { code }]) => [code, name as ErrorName] as const),
);

/** Comes with 1008; short, so that a client that waits it out does not hold up its test. */
const retryAfterSeconds = 1;
