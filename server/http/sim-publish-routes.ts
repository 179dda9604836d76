import type { FastifyInstance } from 'fastify';
import { explain } from '../../client-sim/claims/explain.ts';
import type { App } from '../app/app.ts';
import type { Explained, Published, PublishOptions } from '../app/ports.ts';
import { ApiError } from '../core/api-error.ts';
import { type Fields, fieldsOf } from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import { type Draft, orStored, parseGroupPublish, parsePublish } from '../core/publish-request.ts';
import { losesAnswer } from './rongcloud-routes.ts';
import { optional, simDocs } from './route-docs.ts';

const { toUserId, toGroupId, ...others } = publishParameters;
// One of the two, which JSON Schema can say only in a long way.
const oneOfThem = [optional(toUserId), { ...optional(toGroupId), example: undefined }];
const parameters = [...oneOfThem, ...Object.values(others)];

/** Publishes whose answer tells what became of them, or would become (B6.2). */
export async function simPublishRoutes(server: FastifyInstance): Promise<void> {
  server.post('/sim/publish', simDocs('POST /sim/publish', { parameters }), async ({ app, body }, reply) => {
    const fields = readFields(body);
    const answer = await (fields.has('toGroupId') ? publishToGroups(app, fields) : publish(app, fields));
    return losesAnswer(app, fields, reply) ? reply : answer;
  });

  server.post('/sim/explain', simDocs('POST /sim/explain', { parameters }), async ({ app, body }) => {
    const fields = readFields(body);
    return fields.has('toGroupId') ? explainToGroups(app, fields) : explainOne(app, fields);
  });
}

function readFields(body: unknown): Fields {
  if (body === undefined) throw new ApiError('noBody', 'The request has no body.');
  const fields = fieldsOf(body);
  if (fields.has('toUserId') && fields.has('toGroupId')) {
    throw new ApiError('badParameter', 'The parameters toUserId and toGroupId exclude each other.');
  }
  return fields;
}

const fromSim: PublishOptions = { via: 'sim', reported: true };

async function publish(app: App, fields: Fields) {
  const request = orStored(parsePublish(fields, app.settings), fields);
  const published = await app.publisher.publish(request, fromSim);
  return { messageUIDs: published.message.recipientUIDs(), ...explained(app, published, request) };
}

/** Each group has a report of its own. */
async function publishToGroups(app: App, fields: Fields) {
  const request = orStored(parseGroupPublish(fields, app.settings), fields);
  const published = await app.publisher.publishToGroups(request, fromSim);
  const messageUIDs = published.map(({ message }) => message.groupUID());
  const groups = published.map((each, index) => {
    const { groupId } = messageUIDs[index]!;
    return { groupId, ...explained(app, each, request, groupId) };
  });
  return { messageUIDs, groups };
}

async function explainOne(app: App, fields: Fields) {
  const request = orStored(parsePublish(fields, app.settings), fields);
  return explained(app, await app.publisher.explain(request), request);
}

async function explainToGroups(app: App, fields: Fields) {
  const request = orStored(parseGroupPublish(fields, app.settings), fields);
  const all = await app.publisher.explainToGroups(request);
  return {
    groups: all.map(({ groupId, ...each }) => ({ groupId, ...explained(app, each, request, groupId) })),
  };
}

function explained(app: App, { report, effects }: Explained | Published, draft: Draft, groupId?: string) {
  const { fromUserId, objectName } = draft;
  const explanations = explain(report!, fromUserId, effects);
  const hints = app.hintsOn(report!, { objectName, ...(groupId === undefined ? {} : { groupId }) });
  return { report, explanations, ...(hints.length === 0 ? {} : { hints }) };
}
