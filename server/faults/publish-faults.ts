import { ApiError, badParameter } from '../core/api-error.ts';
import { type Fields, probability, requiredWholeNumber, userId, wholeNumber } from '../core/parameters.ts';
import { type ErrorName, errorCodes } from '../protocol/error-codes.ts';
import { limits } from '../protocol/limits.ts';
import { type Fault, type FaultSpec, Held, type Stage } from './fault.ts';

type RefusePublish = FaultSpec & { fault: 'refuse-publish' };

/** Publishes, of one sender or of all, are refused with a real code: the next `count`, or each with a probability. */
export function refusePublish(fields: Fields, stage: Stage): Fault {
  const spec: RefusePublish = { fault: 'refuse-publish', ...readSender(fields), code: readCode(fields) };
  const odds = probability(fields, 'probability');
  if (odds === undefined) spec.count = readCount(fields);
  else if (!fields.has('count')) spec.probability = odds;
  else throw new ApiError('badParameter', 'The parameters count and probability exclude each other.');
  return refusing(spec, stage);
}

const refusing = (spec: RefusePublish, { chance }: Stage): Fault => ({
  spec,
  isSpent: () => spec.count === 0,
  refuse() {
    if (spec.count !== undefined) spec.count--;
    else if (chance() >= spec.probability!) return undefined;
    return new ApiError(
      refusals.get(spec.code)!,
      'Refused by the fault refuse-publish, as a test has asked for (B6.10).',
      spec.code === errorCodes.rateExceeded.code ? retryAfterSeconds : undefined,
    );
  },
  rehearse: (stage) => refusing({ ...spec }, stage),
});

/** Each publish of the sender waits until it is released, and so does its caller. */
export function holdPublish(fields: Fields, { room }: Stage): Fault {
  const held = new Held<{ bytes: number; goOn(): void }>(room);
  return {
    spec: { fault: 'hold-publish', userId: userId(fields, 'userId') },
    ...held.releasing(({ goOn }) => goOn()),
    hold(bytes) {
      return new Promise((goOn) => {
        if (held.add({ bytes, goOn })) return;
        throw badParameter(
          'fromUserId',
          `names a sender of whom the fault hold-publish holds too much: ${limits.heldItems} publishes at most, and ${limits.heldBytes} bytes of all that the faults of an app hold`,
        );
      });
    },
  };
}

/** The next `count` publishes over HTTP, of one sender or of all, are accepted and delivered; the answer is lost. */
export function loseResponse(fields: Fields): Fault {
  const spec = {
    fault: 'lose-response',
    ...readSender(fields),
    count: readCount(fields),
  } satisfies FaultSpec;
  return {
    spec,
    isSpent: () => spec.count === 0,
    loseResponse() {
      spec.count--;
      return true;
    },
  };
}

/** The codes that a publish may meet (A5). */
const refusals: ReadonlyMap<number, ErrorName> = new Map(
  Object.entries(errorCodes)
    .filter(([, { code }]) => code >= 1000)
    .map(([name, { code }]) => [code, name as ErrorName] as const),
);

/** Comes with 1008; short, so that a client that waits it out does not hold up its test. */
const retryAfterSeconds = 1;

function readSender(fields: Fields): { userId?: string } {
  return fields.has('userId') ? { userId: userId(fields, 'userId') } : {};
}

function readCount(fields: Fields): number {
  return wholeNumber(fields, 'count', 1, limits.faultCount) ?? 1;
}

function readCode(fields: Fields): number {
  const code = requiredWholeNumber(fields, 'code', 0, 9999);
  if (refusals.has(code)) return code;
  throw new ApiError('badParameter', `The parameter code must be one of ${[...refusals.keys()].join(', ')}.`);
}
