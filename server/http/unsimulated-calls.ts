import type { FastifyReply, FastifyRequest } from 'fastify';
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

/** What reaches who is online in place of a call that sends what the service stores: typing is often posted there. */
const onlineCalls: readonly [RegExp, string][] = [
  [/^\/message\/(private|system)\/publish/, '/statusmessage/private/publish.json'],
  [/^\/message\/(group|ultragroup|chatroom)\/publish/, '/statusmessage/group/publish.json'],
  [/^\/message\/(chatroom\/)?broadcast\.json/, '/message/online/broadcast.json'],
];

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
  if (!settings.acceptUnsimulated || !onlySets) throw refusal(path);
  request.app.trace.accepted(path);
  reply.type(jsonType).send(ok());
  return true;
}

function refusal(path: string): ApiError {
  const online = onlineCalls.find(([form]) => form.test(path))?.[1];
  const advice = online === undefined ? '' : ` To reach only who is online, post to ${online}.`;
  const what = path in storedCalls ? 'sends stored messages, which are' : "is a call of RongCloud's that is";
  return new ApiError('notEnabled', `${path} ${what} not simulated.${advice}`);
}
