import { ApiError } from '../core/api-error.ts';
import { type Fields, probability, requiredWholeNumber, userId, wholeNumber } from '../core/parameters.ts';
import { type ErrorName, errorCodes } from '../protocol/error-codes.ts';
import { limits } from '../protocol/limits.ts';
import { type Fault, type FaultSpec, type InterceptedApp, releasing } from './fault.ts';

/** Publishes, of one sender or of all, are refused with a real code: the next `count`, or each with a probability. */
export function refusePublish(fields: Fields, app: InterceptedApp) {
  const spec: FaultSpec & { fault: 'refuse-publish' } = {
    fault: 'refuse-publish',
    ...readSender(fields),
    code: readCode(fields),
  };
  const odds = probability(fields, 'probability');
  if (odds === undefined) spec.count = readCount(fields);
  else if (!fields.has('count')) spec.probability = odds;
  else throw new ApiError('badParameter', 'The parameters count and probability exclude each other.');
  return {
    spec,
    isSpent: () => spec.count === 0,
    refuse() {
      if (spec.count !== undefined) spec.count--;
      else if (app.ids.chance() >= odds!) return undefined;
      return new ApiError(
        refusals.get(spec.code)!,
        'Refused by the fault refuse-publish, as a test has asked for (B6.10).',
        spec.code === errorCodes.rateExceeded.code ? retryAfterSeconds : undefined,
      );
    },
  } satisfies Fault;
}

/** Each publish of the sender waits until it is released, and so does its caller. */
export function holdPublish(fields: Fields) {
  const spec = { fault: 'hold-publish', userId: userId(fields, 'userId') } satisfies FaultSpec;
  const held: (() => void)[] = [];
  return {
    spec,
    hold: () => new Promise<void>((resolve) => held.push(resolve)),
    ...releasing(held, (goOn) => goOn()),
  } satisfies Fault;
}

/** The next `count` publishes over HTTP, of one sender or of all, are accepted and delivered; the answer is lost. */
export function loseResponse(fields: Fields) {
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
  } satisfies Fault;
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
