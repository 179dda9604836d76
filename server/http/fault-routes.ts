import type { FastifyInstance } from 'fastify';
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
import { integer, list, object } from '../protocol/json-schema.ts';
import { limits } from '../protocol/limits.ts';
import { optional, simDocs } from './route-docs.ts';

const names: Record<FaultName, string> = {
  'half-open': 'sessions look alive, and nothing passes',
  freeze: 'the client stops reading',
  reset: 'sessions are cut off, once',
  delay: 'messages leave delayMs later',
  'drop-next': 'the next count messages are lost',
  'disconnect-at': 'sessions are cut off when the next publish gets to recipient number recipient',
  'refuse-publish': 'publishes are refused with code',
  'lose-response': 'publishes are delivered, but not answered',
  'hold-publish': 'publishes wait, and their callers with them, until they are released',
  'hold-arrival': 'messages wait until they are released',
};

const fault = choiceParameter('fault', Object.keys(names), {
  description: Object.entries(names)
    .map(([name, effect]) => `${name}: ${effect}.`)
    .join(' '),
  example: 'drop-next',
});
const userId = idParameter('userId', { description: 'The user it affects.', example: 'bob' });
const faults = list(object({ fault: fault.schema }, { userId: userId.schema }));
/** Which of these are allowed or required depends on the fault. */
const optionalParameters = [
  optional(userId),
  numberParameter('count', 1, limits.faultCount, { description: 'How many times.', example: 1 }),
  numberParameter('delayMs', 1, limits.delayMs, { description: 'In milliseconds.', example: undefined }),
  numberParameter('recipient', 1, limits.recipients, { description: 'Counted from 1.', example: undefined }),
  numberParameter('code', 1000, 9999, { description: 'An error code of A5.', example: undefined }),
  probabilityParameter('probability', { description: 'Instead of count.', example: undefined }),
];
const setDocs = simDocs('Set a fault; it replaces the same fault of the same user.', {
  parameters: [fault, ...optionalParameters],
  answer: { faults },
  codes: [1003, 1005],
});
const removeDocs = simDocs('Remove faults: by name, by user, or all.', {
  query: [optional(fault), optional(userId)],
  answer: { removed: integer },
  codes: [1005],
});
const releaseDocs = simDocs('Release the item that a fault has held the longest.', {
  parameters: [optional(fault), optional(userId)],
  answer: { released: integer },
  codes: [1005],
});
const listDocs = simDocs('The faults that are set.', { answer: { faults } });

export type FaultsOf = (app: App) => FaultSwitch;

/** Calls that set, list, release and remove the faults of an app (B6.10). */
export async function faultRoutes(server: FastifyInstance, faultsOf: FaultsOf): Promise<void> {
  server.put('/sim/faults', setDocs, async ({ app, body }) => {
    if (body === undefined) throw new ApiError('noBody', 'The request has no body.');
    return { faults: await faultsOf(app).set(fieldsOf(body)) };
  });

  server.post('/sim/release', releaseDocs, async ({ app, body }) => ({
    released: await faultsOf(app).release(fieldsOf(body ?? {})),
  }));

  server.get('/sim/faults', listDocs, async ({ app }) => ({ faults: faultsOf(app).list() }));

  server.delete('/sim/faults', removeDocs, async ({ app, query }) => ({
    removed: await faultsOf(app).remove(fieldsOf(query)),
  }));
}
