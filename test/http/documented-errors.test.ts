import { expect } from 'vitest';
import { errorCodes } from '../../server/protocol/error-codes.ts';
import { it as base } from '../fixtures/raw-session.ts';
import { app, type HttpRequest, signedHeaders } from '../fixtures/simulator.ts';
import { bodyOf, type Call, calls, faultsOf, requestOf } from './documented.ts';

const it = base.extend('options', {
  apps: [app],
  adminToken: 'letmein',
  recipientsPerMinute: 2,
  groupsPerSecond: 1,
  broadcastsPerMinute: 1,
});

const admin = { Authorization: 'Bearer letmein', 'App-Key': app.key };
const headersFor = ({ operation }: Call) =>
  operation.tags.includes('RongCloud') ? signedHeaders(app) : admin;

interface Refusal extends Call {
  status: number;
  code: number;
}

/** Each code that is documented for a call. */
const refusals: Refusal[] = calls.flatMap((call) => {
  const others = Object.entries(call.operation.responses).filter(([status]) => status !== '200');
  return others.flatMap(([status, { content }]) => {
    const codes = content['application/json']!.schema!.properties!.code!.enum!;
    return codes.map((code) => ({ ...call, status: Number(status), code }));
  });
});

/** The request that brings this refusal about; for a rate it takes the same one twice. */
function mistaken(refusal: Refusal, path: string): [path: string, request: HttpRequest] {
  const headers = headersFor(refusal);
  const good = requestOf(refusal, headers);
  const { properties = {}, required = [] } = bodyOf(refusal)?.schema ?? {};
  const names = Object.keys(properties);
  switch (refusal.code) {
    case errorCodes.notFound.code:
      if (!refusal.path.includes('{id}')) return [path, requestOf(refusal, headers, { userId: 'nobody' })];
      return [refusal.path.replace('{id}', 'nobody'), good];
    case errorCodes.badParameter.code:
      if (names.length === 0) return [`${path}?fault=nonsense&match=nonsense`, good];
      return [path, requestOf(refusal, headers, { [names[0]!]: required.length > 0 ? '' : [{}, 'x'] })];
    case errorCodes.noBody.code:
      return [path, { method: refusal.method, headers }];
    case errorCodes.badSignature.code:
      return [path, requestOf(refusal, { ...headers, Signature: '0' })];
    case errorCodes.tooLong.code: {
      const name = names.find((each) => /Ids?$/.test(each));
      const long = 'x'.repeat(65);
      if (refusal.path.includes('{userId}')) return [refusal.path.replace('{userId}', long), good];
      if (name === undefined && refusal.operation.tags.includes('RongCloud')) {
        return [path, requestOf(refusal, headers, { stray: 'x'.repeat(2 * 1024 * 1024) })];
      }
      return name === undefined
        ? [`${path}?userId=${long}`, good]
        : [path, requestOf(refusal, headers, { [name]: long })];
    }
    case errorCodes.refused.code:
      return [path, requestOf(refusal, { ...headers, Authorization: 'Bearer wrong' })];
    case errorCodes.timedOut.code:
      return [path, requestOf(refusal, headers, { timeoutMs: 1 })];
    default:
      return [path, good];
  }
}

it.for(refusals)(
  'A5 $name refuses with $code, as its schema says',
  async (refusal, { simulator, openRaw, postJson, send }) => {
    const { body } = await postJson('/sim/clients', { userId: 'alice' }, admin);
    const { id } = body as unknown as { id: string };
    const [path, request] = mistaken(refusal, refusal.path.replace('{userId}', 'alice').replace('{id}', id));
    if (refusal.code === errorCodes.timedOut.code) {
      await openRaw({ appKey: app.key, token: simulator.app().token('silent') }, { autoPong: false });
    }
    if (refusal.code === errorCodes.rateExceeded.code) await send(path, request);
    const answer = await send(path, request);
    expect([answer.status, answer.body.code, faultsOf(refusal, answer)]).toEqual([
      refusal.status,
      refusal.code,
      [],
    ]);
  },
);

it.for(Object.values(errorCodes).filter(({ code }) => code >= 1000))(
  'A5 a publish may be refused with $code by a fault, with the status $status and the same body',
  async ({ code, status }, { simulator, postForm }) => {
    simulator.app().faults.set({ fault: 'refuse-publish', code });
    const call = calls.find(({ path }) => path === '/statusmessage/private/publish.json')!;
    const path = call.path;
    const { example } = bodyOf(call)!;
    const answer = await postForm(path, example as Record<string, string>, signedHeaders(app));
    expect(answer).toMatchObject({ status, body: { code, url: path, errorMessage: expect.any(String) } });
  },
);
