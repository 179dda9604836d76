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
import { limits } from '../protocol/limits.ts';
import { simDocs } from './route-docs.ts';

const names: Record<FaultName, string> = {
  'half-open': 'sessions look alive, and nothing passes',
  freeze: 'sessions are not drained',
  reset: 'sessions are cut off, once',
  delay: 'messages leave delayMs later',
  'drop-next': 'the next count messages are lost',
  'disconnect-at':
    'sessions are cut off in the next publish, when it comes to its recipient number recipient',
  'refuse-publish': 'publishes are refused with code',
  'lose-response': 'publishes are carried out and not answered',
};

const fault = choiceParameter('fault', Object.keys(names), {
  description: Object.entries(names)
    .map(([name, effect]) => `${name}: ${effect}.`)
    .join(' '),
  example: 'drop-next',
});
const userId = idParameter('userId', { description: 'Whom it is aimed at.', example: 'bob' });
const count = numberParameter('count', 1, limits.faultCount, { description: 'How often.', example: 1 });
/** Which of them a fault takes, and which it must have, is its own affair. */
const optional = [
  { ...userId, required: false },
  count,
  numberParameter('delayMs', 1, limits.delayMs, { description: 'Milliseconds.', example: undefined }),
  numberParameter('recipient', 1, limits.recipients, { description: 'From 1.', example: undefined }),
  numberParameter('code', 1000, 9999, { description: 'One of A5.', example: undefined }),
  probabilityParameter('probability', { description: 'In place of count.', example: undefined }),
];
const faults = {
  type: 'array',
  items: { type: 'object', required: ['fault'], properties: { fault: fault.schema, userId: userId.schema } },
};
const setDocs = {
  summary: 'Make something go wrong, in place of the same fault of the same user.',
  parameters: [fault, ...optional],
  answer: { faults },
  codes: [1003, 1005],
};
const removeDocs = {
  summary: 'Let it go right again: this fault, this user, or all.',
  query: [
    { ...fault, required: false },
    { ...userId, required: false },
  ],
  answer: { removed: { type: 'integer' } },
  codes: [1005],
};

export type FaultsOf = (app: App) => FaultSwitch;

/** Calls that make things go wrong for an app's users, or end that (B6.10). */
export async function faultRoutes(server: FastifyInstance, faultsOf: FaultsOf): Promise<void> {
  server.put('/sim/faults', simDocs(setDocs), async ({ app, body }) => {
    if (body === undefined) throw new ApiError('noBody', 'The request has no body.');
    return { code: 200, faults: await faultsOf(app).set(fieldsOf(body)) };
  });

  server.get(
    '/sim/faults',
    simDocs({ summary: 'The faults that are set.', answer: { faults } }),
    ({ app }) => ({ code: 200, faults: faultsOf(app).list() }),
  );

  server.delete('/sim/faults', simDocs(removeDocs), async ({ app, query }) => ({
    code: 200,
    removed: await faultsOf(app).remove(fieldsOf(query)),
  }));
}
