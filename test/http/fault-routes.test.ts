import { describe, expect } from 'vitest';
import { it as base } from '../fixtures/simulator.ts';

const halfOpen = { fault: 'half-open', userId: 'bob' };
const delay = { fault: 'delay', userId: 'carol', delayMs: 500 };

const it = base.extend('putFault', ({ send }) => (fault: object, headers = {}) => {
  return send('/sim/faults', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(fault),
  });
});
/** With a simulator of its own. */
const alone = it.extend('options', {});

describe('/sim/faults', () => {
  it('B6.10 PUT sets a fault, and answers with all that are set', async ({ putFault }) => {
    await putFault(halfOpen);
    const { status, body } = await putFault(delay);
    expect({ status, body }).toEqual({ status: 200, body: { code: 200, faults: [halfOpen, delay] } });
  });

  it('B6.10 PUT without a body is told so', async ({ send }) => {
    const { body } = await send('/sim/faults', { method: 'PUT' });
    expect(body).toMatchObject({ code: 1003, errorMessage: 'The request has no body.' });
  });

  it('B6.10 GET lists them', async ({ putFault, send }) => {
    await putFault(halfOpen);
    const { body } = await send('/sim/faults', { method: 'GET' });
    expect(body).toEqual({ code: 200, faults: [halfOpen] });
  });

  it.for([
    ['', 2],
    ['?fault=delay', 1],
    ['?userId=bob', 1],
    ['?fault=delay&userId=bob', 0],
  ] as const)(
    'B6.10 DELETE /sim/faults%s removes %i of them',
    async ([query, removed], { putFault, send }) => {
      await putFault(halfOpen);
      await putFault(delay);
      const { body } = await send(`/sim/faults${query}`, { method: 'DELETE' });
      const { body: left } = await send('/sim/faults', { method: 'GET' });
      expect([body, left]).toMatchObject([{ code: 200, removed }, { faults: { length: 2 - removed } }]);
    },
  );

  alone('B4.1 the faults of one app are not those of another', async ({ putFault, send }) => {
    await putFault(halfOpen, { 'App-Key': 'one' });
    const lists = ['one', 'other'].map((key) => {
      return send('/sim/faults', { method: 'GET', headers: { 'App-Key': key } });
    });
    expect((await Promise.all(lists)).map(({ body }) => body)).toMatchObject([
      { faults: [halfOpen] },
      { faults: [] },
    ]);
  });

  it('B6.10 a wrong parameter is refused, naming it and its limits', async ({ putFault }) => {
    await expect(putFault({ ...delay, delayMs: 0 })).resolves.toMatchObject({
      status: 400,
      body: {
        code: 1002,
        errorMessage: 'The parameter delayMs must be a whole number from 1 to 600000.',
        url: '/sim/faults',
      },
    });
  });

  it('B3.1 PUT without a body gets 1003', async ({ send }) => {
    await expect(send('/sim/faults', { method: 'PUT' })).resolves.toMatchObject({ body: { code: 1003 } });
  });

  it('B3.12 another method gets 405, which names those it takes', async ({ send }) => {
    const { status, headers } = await send('/sim/faults');
    expect([status, headers.allow]).toEqual([405, 'PUT, GET, HEAD, DELETE']);
  });
});

describe('a request that names a type for no body', () => {
  const headers = { 'Content-Type': 'application/json' };

  it.for(['/sim/faults', '/sim/sessions/bob'])(
    'B6.10 DELETE %s does what it says',
    async (path, { send }) => {
      await expect(send(path, { method: 'DELETE', headers })).resolves.toMatchObject({ status: 200 });
    },
  );

  it.for(['/sim/publish', '/sim/explain'])('B3.1 POST %s gets 1003', async (path, { send }) => {
    await expect(send(path, { headers })).resolves.toMatchObject({ status: 400, body: { code: 1003 } });
  });
});

it('B6.10 a refusal is traced with the time of the app', async ({ simulator, publish }) => {
  const { clock } = simulator.app();
  clock.freeze(1000);
  const refused = new Promise((resolve) => simulator.on('refused', resolve));
  await publish({ content: undefined });
  await expect(refused).resolves.toMatchObject({ at: 1000 });
});
