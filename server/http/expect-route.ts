import type { FastifyInstance } from 'fastify';
import { simAbout } from '../../client-sim/docs/sim-docs.ts';
import { readFrameMatch } from '../../client-sim/hosted/frame-match.ts';
import { type Claim, claimNames } from '../../client-sim/hosted/hosted-client.ts';
import type { App } from '../app/app.ts';
import { ApiError } from '../core/api-error.ts';
import {
  type Fields,
  fieldsOf,
  flagParameter,
  idParameter,
  numberParameter,
  optional,
  textParameter,
} from '../core/parameters.ts';
import { limits } from '../protocol/limits.ts';
import { lookingOf } from './client-routes.ts';
import { type Forward, passOn } from './forward.ts';
import { simDocs } from './route-docs.ts';

const client = optional(textParameter('client', 64, simAbout.client));
const userId = idParameter('userId', simAbout.onlyUser);
const claimFlags = claimNames.map((name) => flagParameter(name, simAbout[name]));
const match = {
  name: 'match',
  required: false,
  schema: { type: 'object' },
  ...simAbout.match,
  read: (fields: Fields) => (fields.has('match') ? readFrameMatch(fields.get('match')?.[0], true) : {}),
};
const waitMs = optional(numberParameter('waitMs', 0, limits.inboxWaitMs, simAbout.waitFirstMs));
const parameters = [client, optional(userId), ...claimFlags, match, waitMs];

/** An assertion in one call, from any language (B6.4). */
export async function expectRoute(server: FastifyInstance, forward: Forward): Promise<void> {
  server.post('/sim/expect', simDocs('POST /sim/expect', { parameters }), async (request, reply) => {
    const { app, body } = request;
    const fields = fieldsOf(body ?? {});
    const claim = claimIn(fields);
    const pattern = match.read(fields);
    const id = client.read(fields) ?? (await clientOf(app, userId.read(fields)));
    const answered = await passOn(forward, id, request, reply, { ...Object(body), client: id });
    if (answered !== undefined) return answered;
    const hosted = app.hostedClients.get(id);
    return hosted.expect(claim, pattern, lookingOf(app, hosted, waitMs.read(fields) ?? 0, request.socket));
  });
}

/** @throws ApiError 1002 unless there is exactly one */
function claimIn(fields: Fields): Claim {
  const claimed = claimNames.filter((_, index) => claimFlags[index]!.read(fields));
  if (claimed.length === 1) return claimed[0]!;
  throw new ApiError('badParameter', `One of ${claimNames.join(', ')} must be true.`);
}

/** @throws ApiError 404 when this user has no simulated client, 1002 when there are several */
async function clientOf(app: App, user: string): Promise<string> {
  const ids = (await app.directory.hostedClients()).filter((row) => row.userId === user).map(({ id }) => id);
  if (ids.length === 1) return ids[0]!;
  const name = JSON.stringify(user);
  const none = `The app has no simulated client of ${name}: POST /sim/clients brings one online.`;
  const several = `${name} has several simulated clients: name one with client, ${ids.join(', ')}.`;
  throw ids.length === 0 ? new ApiError('notFound', none) : new ApiError('badParameter', several);
}
