import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import type { ClockReading } from '../clock/app-clock.ts';
import { ApiError } from '../core/api-error.ts';
import { type Fields, fieldsOf, requiredText, wholeNumber } from '../core/parameters.ts';
import { limits } from '../protocol/limits.ts';

/** Calls that a test steers an app with: barrier, clock, reset (B6). */
export async function controlRoutes(server: FastifyInstance): Promise<void> {
  server.post('/sim/settle', async ({ app, body }) => {
    const timeoutMs = wholeNumber(fieldsOf(body ?? {}), 'timeoutMs', 1, limits.settleMs);
    await app.settle(timeoutMs);
    return { code: 200 };
  });

  server.get('/sim/clock', ({ app }) => ({ code: 200, ...app.clock.read() }));

  server.post('/sim/clock', async ({ app, body }) => ({
    code: 200,
    ...(await steerClock(app, fieldsOf(body ?? {}))),
  }));

  server.post('/sim/reset', ({ app }) => {
    app.reset();
    return { code: 200 };
  });
}

async function steerClock({ clock }: App, fields: Fields): Promise<ClockReading> {
  switch (requiredText(fields, 'action')) {
    case 'freeze':
      clock.freeze(wholeNumber(fields, 'at', 0, latestTime));
      return clock.read();
    case 'resume':
      clock.resume();
      return clock.read();
    case 'advance':
      return clock.advance(wholeNumber(fields, 'ms', 0, limits.advanceMs) ?? 0);
    case 'next':
      return clock.runToNextTimer();
    default:
      throw new ApiError('badParameter', 'The parameter action must be freeze, resume, advance or next.');
  }
}

/** The last instant that a Date can hold. */
const latestTime = 8_640_000_000_000_000;
