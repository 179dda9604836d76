import type { FastifyInstance } from 'fastify';
import type { App } from '../app/app.ts';
import { ApiError } from '../core/api-error.ts';
import { fieldsOf } from '../core/parameters.ts';
import type { FaultSwitch } from '../faults/fault.ts';
import { choice, faultParameters } from '../faults/kinds.ts';
import { simDocs } from './route-docs.ts';

const parameters = Object.values(faultParameters);
const chosen = Object.values(choice);
const releaseDocs = simDocs('POST /sim/release', { parameters: chosen });

export type FaultsOf = (app: App) => FaultSwitch;

/** Calls that set, list, release and remove the faults of an app (B6.10). */
export async function faultRoutes(server: FastifyInstance, faultsOf: FaultsOf): Promise<void> {
  server.put('/sim/faults', simDocs('PUT /sim/faults', { parameters }), async ({ app, body }) => {
    if (body === undefined) throw new ApiError('noBody', 'The request has no body.');
    return { faults: await faultsOf(app).set(fieldsOf(body)) };
  });

  server.post('/sim/release', releaseDocs, async ({ app, body }) => ({
    released: await faultsOf(app).release(fieldsOf(body ?? {})),
  }));

  server.get('/sim/faults', simDocs('GET /sim/faults'), async ({ app }) => ({
    faults: faultsOf(app).list(),
  }));

  server.delete('/sim/faults', simDocs('DELETE /sim/faults', { query: chosen }), async ({ app, query }) => ({
    removed: await faultsOf(app).remove(fieldsOf(query)),
  }));
}
