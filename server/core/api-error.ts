import { type ErrorName, errorCodes } from '../protocol/error-codes.ts';

/** A refusal in RongCloud's terms (A5, B3): nothing was delivered to anyone (B1.11). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** RongCloud's code, e.g. 1002. */
  readonly code: number;
  /** The HTTP status it travels under. */
  readonly status: number;
  /** Seconds after which the same request may pass; only for a rate that was exceeded. */
  readonly retryAfterSeconds: number | undefined;

  constructor(name: ErrorName, message: string, retryAfterSeconds?: number) {
    super(message);
    this.code = errorCodes[name].code;
    this.status = errorCodes[name].status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What a caller may know of an error: of a defect of ours, only that there is one. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('internal', 'Internal logic error.');
}

/** The refusal of a parameter, naming it. @param what as in "must be a text" */
export function badParameter(name: string, what: string): ApiError {
  return new ApiError('badParameter', `The parameter ${name} ${what}.`);
}

/** The refusal of what would go over a limit, naming both. @param option by which it is set, if one does */
export function limitExceeded(what: string, atMost: number, option?: string): ApiError {
  return new ApiError(
    'badParameter',
    `${what}: ${atMost} at most${option === undefined ? '' : ` (${option})`}.`,
  );
}
