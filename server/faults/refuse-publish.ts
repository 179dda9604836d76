import type { InterceptedApp } from '../app/interceptor.ts';
import { ApiError } from '../core/api-error.ts';
import { type Fields, probability, requiredWholeNumber, userId, wholeNumber } from '../core/parameters.ts';
import { type ErrorName, errorCodes } from '../protocol/error-codes.ts';
import { limits } from '../protocol/limits.ts';
import type { Fault, FaultSpec } from './fault.ts';

/** Publishes, of one sender or of all, are refused with a real code: the next `count`, or each with a probability. */
export class RefusePublish implements Fault {
  readonly userId: string | undefined;
  readonly #code: number;
  readonly #probability: number | undefined;
  readonly #app: InterceptedApp;
  #left: number;

  constructor(fields: Fields, app: InterceptedApp) {
    this.userId = fields.has('userId') ? userId(fields, 'userId') : undefined;
    this.#code = readCode(fields);
    this.#probability = probability(fields, 'probability');
    if (this.#probability !== undefined && fields.has('count')) {
      throw new ApiError('badParameter', 'The parameters count and probability exclude each other.');
    }
    this.#left = wholeNumber(fields, 'count', 1, limits.faultCount) ?? 1;
    this.#app = app;
  }

  list(): FaultSpec {
    return {
      fault: 'refuse-publish',
      ...(this.userId === undefined ? {} : { userId: this.userId }),
      code: this.#code,
      ...(this.#probability === undefined ? { count: this.#left } : { probability: this.#probability }),
    };
  }

  isSpent(): boolean {
    return this.#left === 0;
  }

  refuse(): ApiError | undefined {
    if (this.#probability === undefined) this.#left--;
    else if (this.#app.chance() >= this.#probability) return undefined;
    return new ApiError(
      refusals.get(this.#code)!,
      'Refused by the fault refuse-publish, as a test has asked for (B6.10).',
      this.#code === errorCodes.rateExceeded.code ? retryAfterSeconds : undefined,
    );
  }
}

/** The codes that a publish may meet (A5). */
const refusals: ReadonlyMap<number, ErrorName> = new Map(
  Object.entries(errorCodes)
    .filter(([, { code }]) => code >= 1000)
    .map(([name, { code }]) => [code, name as ErrorName] as const),
);

/** What comes with 1008: whoever heeds it should not have to wait long. */
const retryAfterSeconds = 1;

function readCode(fields: Fields): number {
  const code = requiredWholeNumber(fields, 'code', 0, 9999);
  if (refusals.has(code)) return code;
  throw new ApiError('badParameter', `The parameter code must be one of ${[...refusals.keys()].join(', ')}.`);
}
