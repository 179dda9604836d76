import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Candidate } from '../candidate.ts';
import { postForm, statusTextAround } from '../wire.ts';
import { bareFastify } from './bare-fastify.ts';
import { fastifyWs } from './fastify-ws.ts';
import { app, headers } from './status-sim.ts';

const path = '/publish';
const windowMs = 60_000;
const publishesInWindow = Number.POSITIVE_INFINITY;

export const fastifyWsRules: Candidate = {
  ...fastifyWs,
  name: 'fastify-ws-rules',
  about:
    'the same with the rules of status-sim: signature, parameters and their limits, rate, content; as one would write it',
  wire: { ...fastifyWs.wire, publish: (to, content) => postForm(path, to, content, headers) },
  serve() {
    const takeFromRate = rate();
    return bareFastify(path, (body, sessions, headers) => {
      checkSignature(headers);
      const form = new URLSearchParams(body.toString());
      const userIds = checkedForm(form);
      takeFromRate(userIds.length);
      const [before, after] = statusTextAround(form.get('content')!);
      const messageUIDs = userIds.map((userId) => {
        const messageUID = randomUUID().slice(0, 19);
        sessions.get(userId)?.send(before + messageUID + after);
        return { userId, messageUID };
      });
      return JSON.stringify({ code: 200, messageUIDs });
    });
  },
};

function checkSignature({ nonce, timestamp, signature, 'app-key': key }: IncomingHttpHeaders): void {
  if (key !== app.key) refuse(401, 'App-Key');
  const expected = createHash('sha1').update(`${app.secret}${nonce}${timestamp}`).digest();
  const given = Buffer.from(String(signature), 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) refuse(401, 'Signature');
}

/** Returns the recipients, each once. */
function checkedForm(form: URLSearchParams): string[] {
  checkText(form, 'fromUserId', 64);
  const userIds = form.getAll('toUserId');
  if (userIds.length === 0 || userIds.length > 1000) refuse(400, 'toUserId');
  for (const userId of userIds) if (userId === '' || userId.length > 64) refuse(400, 'toUserId');
  const objectName = checkText(form, 'objectName', 32);
  const content = checkText(form, 'content', 128 * 1024);
  if (Buffer.byteLength(content) > 128 * 1024) refuse(400, 'content');
  if (objectName.startsWith('RC:') && !isJsonObject(content)) refuse(400, 'content');
  for (const name of ['verifyBlacklist', 'isIncludeSender']) {
    const values = form.getAll(name);
    if (values.some((value) => (value !== '0' && value !== '1') || value !== values[0])) refuse(400, name);
  }
  return [...new Set(userIds)];
}

function checkText(form: URLSearchParams, name: string, atMost: number): string {
  const values = form.getAll(name);
  const [value = ''] = values;
  if (value === '' || value.length > atMost || values.some((each) => each !== value)) refuse(400, name);
  return value;
}

function isJsonObject(text: string): boolean {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json);
  } catch {
    return false;
  }
}

function rate(): (units: number) => void {
  let used = 0;
  let endsAt = 0;
  return (units) => {
    const now = Date.now();
    if (now >= endsAt) {
      used = 0;
      endsAt = now + windowMs;
    }
    if (used + units > publishesInWindow) refuse(429, 'rate');
    used += units;
  };
}

function refuse(statusCode: number, what: string): never {
  throw Object.assign(new Error(what), { statusCode });
}
