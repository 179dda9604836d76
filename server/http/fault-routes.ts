import type { FastifyInstance } from 'fastify';
import { faultEffects, simAbout } from '../../client-sim/docs/sim-docs.ts';
import type { App } from '../app/app.ts';
import { ApiError } from '../core/api-error.ts';
import {
  choiceParameter,
  fieldsOf,
  idParameter,
  numberParameter,
  probabilityParameter,
} from '../core/parameters.ts';
import type { FaultName, FaultSwitch } from '../faults/fault.ts';
import { limits } from '../protocol/limits.ts';
import { optional, simDocs } from './route-docs.ts';

const names = Object.keys(faultEffects) as FaultName[];
const fault = choiceParameter('fault', names, simAbout.fault);
const userId = idParameter('userId', simAbout.faultyUser);
/** Which of these are allowed or required depends on the fault. */
const parameters = [
  fault,
  optional(userId),
  numberParameter('count', 1, limits.faultCount, simAbout.count),
  numberParameter('delayMs', 1, limits.delayMs, simAbout.delayMs),
  numberParameter('recipient', 1, limits.recipients, simAbout.recipient),
  numberParameter('code', 1000, 9999, simAbout.code),
  probabilityParameter('probability', simAbout.probability),
];
const chosen = [optional(fault), optional(userId)];

export type FaultsOf = (app: App) => FaultSwitch;

/** Calls that set, list, release and remove the faults of an app (B6.10). */
export async function faultRoutes(server: FastifyInstance, faultsOf: FaultsOf): Promise<void> {
  server.put('/sim/faults', simDocs('PUT /sim/faults', { parameters }), async ({ app, body }) => {
    if (body === undefined) throw new ApiError('noBody', 'The request has no body.');
    return { faults: await faultsOf(app).set(fieldsOf(body)) };
  });

  server.post(
    '/sim/release',
    simDocs('POST /sim/release', { parameters: chosen }),
    async ({ app, body }) => ({
      released: await faultsOf(app).release(fieldsOf(body ?? {})),
    }),
  );

  server.get('/sim/faults', simDocs('GET /sim/faults'), async ({ app }) => ({
    faults: faultsOf(app).list(),
  }));

  server.delete('/sim/faults', simDocs('DELETE /sim/faults', { query: chosen }), async ({ app, query }) => ({
    removed: await faultsOf(app).remove(fieldsOf(query)),
  }));
}
