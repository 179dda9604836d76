import type { FastifyInstance } from 'fastify';
import type { App } from '../app/app.ts';
import type { ClockReading } from '../clock/app-clock.ts';
import { ApiError } from '../core/api-error.ts';
import { choiceParameter, type Fields, fieldsOf, numberParameter } from '../core/parameters.ts';
import { limits } from '../protocol/limits.ts';
import { simDocs } from './route-docs.ts';

/** The last instant that a Date can hold. */
const latestTime = 8_640_000_000_000_000;

/** Real time that a barrier may take. */
export const settleTimeoutMs = numberParameter('timeoutMs', 1, limits.settleMs, {
  description: 'Milliseconds of real time to wait for the clients; 5000 unless told.',
  example: 5000,
});
const action = choiceParameter('action', ['freeze', 'resume', 'advance', 'next'], {
  description: 'What to do with the time: stop it, let it run, move it on, or move it on to the next timer.',
  example: 'freeze',
});
const at = numberParameter('at', 0, latestTime, {
  description: 'With freeze: the instant to stop at, in milliseconds since 1970.',
  example: 1_795_424_866_000,
});
const ms = numberParameter('ms', 0, limits.advanceMs, {
  description: 'With advance: by how many milliseconds.',
  example: 60_000,
});

const integer = { type: 'integer' };
const reading = {
  answer: { now: integer, frozen: { type: 'boolean' } },
  mayHave: { nextTimerAt: integer },
};
const steerDocs = { summary: 'Steer the time of the app.', parameters: [action, at, ms], ...reading };
const settleDocs = {
  summary: 'Wait until all that was handed to the sessions has arrived.',
  parameters: [settleTimeoutMs],
  answer: { sessions: integer, unconfirmed: { type: 'array', items: { type: 'object' } } },
  codes: [1050],
};

/** Calls that a test steers an app with: barrier, clock, reset (B6.8). */
export async function controlRoutes(server: FastifyInstance): Promise<void> {
  server.post('/sim/settle', simDocs(settleDocs), async ({ app, body }) => {
    const timeoutMs = settleTimeoutMs.read(fieldsOf(body ?? {}));
    return { code: 200, ...(await app.control.settle(timeoutMs)) };
  });

  server.get('/sim/clock', simDocs({ summary: 'What time it is for the app.', ...reading }), ({ app }) => ({
    code: 200,
    ...app.clock.read(),
  }));

  server.post('/sim/clock', simDocs(steerDocs), async ({ app, body }) => ({
    code: 200,
    ...(await steerClock(app, fieldsOf(body ?? {}))),
  }));

  server.post('/sim/reset', simDocs({ summary: 'Make the app as new.', answer: {} }), async ({ app }) => {
    await app.control.reset();
    return { code: 200 };
  });
}

async function steerClock(app: App, fields: Fields): Promise<ClockReading> {
  const step = action.read(fields);
  switch (step) {
    case 'freeze':
      return app.control.steer({ action: step, at: at.read(fields) ?? app.clock.now() });
    case 'advance':
      return app.control.steer({ action: step, ms: advanceMs(fields) });
    default:
      return app.control.steer({ action: step });
  }
}

function advanceMs(fields: Fields): number {
  const byMs = ms.read(fields);
  if (byMs === undefined) throw new ApiError('badParameter', 'The parameter ms is required.');
  return byMs;
}
