import type { FastifyInstance } from 'fastify';
import { refuseUnknown } from '../../client-sim/claims/hints.ts';
import { simAbout } from '../../client-sim/docs/sim-docs.ts';
import type { App } from '../app/app.ts';
import type { Listen } from '../app/ports.ts';
import type { ClockReading, ClockStep } from '../clock/app-clock.ts';
import {
  choiceParameter,
  type Fields,
  fieldsOf,
  numberParameter,
  optional,
  readAll,
} from '../core/parameters.ts';
import { limits } from '../protocol/limits.ts';
import { listeningHost } from './caller.ts';
import { simDocs } from './route-docs.ts';

/** The latest time that a Date can hold. */
const latestTime = 8_640_000_000_000_000;

/** Real time that a barrier may take. */
export const settleTimeoutMs = optional(numberParameter('timeoutMs', 1, limits.settleMs, simAbout.timeoutMs));
const action = choiceParameter('action', ['freeze', 'resume', 'advance', 'next'], simAbout.action);
const at = optional(numberParameter('at', 0, latestTime, simAbout.at));
const to = optional(choiceParameter('to', ['now'], simAbout.to));
const ms = numberParameter('ms', 0, limits.advanceMs, simAbout.ms);
const steps = { freeze: { action, at }, resume: { action, to }, advance: { action, ms }, next: { action } };
const settleDocs = simDocs('POST /sim/settle', { parameters: [settleTimeoutMs] });
const clockDocs = simDocs('POST /sim/clock', { parameters: [action, at, optional(ms), to] });

/** Calls with which a test controls an app: barrier, clock, reset (B6.8). */
export async function controlRoutes(server: FastifyInstance, listen: Listen): Promise<void> {
  server.post('/sim/settle', settleDocs, async ({ app, body }) => {
    return app.control.settle(settleTimeoutMs.read(fieldsOf(body ?? {})));
  });

  server.get('/sim/clock', simDocs('GET /sim/clock'), async ({ app }) => app.clock.read());

  server.post('/sim/clock', clockDocs, async ({ app, body }) => steerClock(app, fieldsOf(body ?? {})));

  server.post('/sim/reset', simDocs('POST /sim/reset'), async ({ app, socket }) => {
    await app.control.reset();
    await app.hostedClients.restore(listeningHost(socket), app.directory, listen);
    return {};
  });
}

async function steerClock({ clock, control }: App, fields: Fields): Promise<ClockReading> {
  const parameters = steps[action.read(fields)];
  refuseUnknown(fields.keys(), Object.keys(parameters));
  return control.steer({ at: clock.haltsAt, ...readAll(parameters, fields) } as ClockStep);
}
