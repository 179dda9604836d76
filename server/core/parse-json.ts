import { limits } from '../protocol/limits.ts';
import { ApiError } from './api-error.ts';

/** Reads JSON that somebody sent; `what` begins the sentence of a refusal. @throws ApiError 1002 */
export function parseJson(text: string, what: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ApiError('badParameter', `${what} is not JSON.`);
  }
  refuseDeepJson(json, what);
  return json;
}

/** `JSON.parse` takes any depth, but whatever walks the result later would overflow the stack. @throws ApiError 1002 */
export function refuseDeepJson(json: unknown, what: string): void {
  if (isDeeper(json, limits.jsonLevels)) {
    throw new ApiError('badParameter', `${what} is nested too deeply: at most ${limits.jsonLevels} levels.`);
  }
}

function isDeeper(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false;
  return levels === 0 || Object.values(json).some((value) => isDeeper(value, levels - 1));
}
