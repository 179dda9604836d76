import { ApiError } from './api-error.ts';

/** The refusal of what would go over a bound, naming both. @param option by which it is set */
export function limitExceeded(what: string, atMost: number, option: string): ApiError {
  return new ApiError('badParameter', `${what}: ${atMost} at most (${option}).`);
}
