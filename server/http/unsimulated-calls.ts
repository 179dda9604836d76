import type { FastifyReply, FastifyRequest } from 'fastify';
import { unsimulated } from '../../client-sim/claims/unsimulated.ts';
import { ApiError } from '../core/api-error.ts';
import { jsonType, pathOf } from '../edge/raw-refusal.ts';
import { signedApp } from './caller.ts';
import { noSuchRoute } from './errors.ts';
import { ok } from './rongcloud-call.ts';
import { storedCalls } from './rongcloud-calls.ts';
import type { SimScene } from './sim-routes.ts';
import { unsimulatedPaths } from './unsimulated-paths.js';

/** Whether each only sets something, by its path. */
const calls = new Map<string, boolean>();
let beginning = '';
for (const word of unsimulatedPaths.trim().split(/\s+/)) {
  if (word.endsWith(':')) beginning = word.slice(0, -1);
  else calls.set(`${beginning}/${word.replace('?', '')}.json`, !word.endsWith('?'));
}

/**
 * Answers a call that no route serves, if RongCloud has it: before its body is read, because that may be anything (B12).
 * @returns whether it did
 * @throws ApiError 1009 when the call is refused
 */
export function answerUnsimulated(
  request: FastifyRequest,
  reply: FastifyReply,
  { apps, settings }: SimScene,
): boolean {
  // An SDK may join an address that ends in a slash with a path that begins with one.
  const path = pathOf(request).replace(/\/{2,}/g, '/');
  const onlySets = calls.get(path);
  if (onlySets === undefined) return false;
  if (request.method !== 'POST') throw noSuchRoute(path, ['POST'], reply);
  request.app = signedApp(request, apps);
  if (!settings.acceptUnsimulated || !onlySets)
    throw new ApiError('notEnabled', unsimulated(path, path in storedCalls));
  request.app.trace.accepted(path);
  reply.type(jsonType).send(ok());
  return true;
}
