import type { FastifyInstance } from 'fastify';
import { explain } from '../../client-sim/claims/explain.ts';
import type { App } from '../app/app.ts';
import type { Explained, Published, PublishOptions } from '../app/ports.ts';
import { ApiError } from '../core/api-error.ts';
import { type Fields, fieldsOf, optional, refuseBoth } from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import {
  type GroupPublish,
  orStored,
  type PublishRequest,
  parseGroupPublish,
  parsePublish,
} from '../core/publish-request.ts';
import { losesAnswer } from './rongcloud-routes.ts';
import { simDocs } from './route-docs.ts';

const { toUserId, toGroupId, ...others } = publishParameters;
// One of the two, which JSON Schema can say only in a long way.
const oneOfThem = [optional(toUserId), { ...optional(toGroupId), example: undefined }];
const parameters = [...oneOfThem, ...Object.values(others)];

/** Publishes whose answer tells what became of them, or would become (B6.2). */
export async function simPublishRoutes(server: FastifyInstance): Promise<void> {
  server.post('/sim/publish', simDocs('POST /sim/publish', { parameters }), async ({ app, body }, reply) => {
    const fields = readFields(body);
    const answer = await publish(app, readRequest(app, fields));
    return losesAnswer(app, fields, reply) ? reply : answer;
  });

  server.post('/sim/explain', simDocs('POST /sim/explain', { parameters }), async ({ app, body }) => {
    const request = readRequest(app, readFields(body));
    return explained(app, request, await app.publisher.explain(request));
  });
}

function readFields(body: unknown): Fields {
  if (body === undefined) throw new ApiError('noBody', 'The request has no body.');
  const fields = fieldsOf(body);
  refuseBoth(fields, 'toUserId', 'toGroupId');
  return fields;
}

function readRequest({ settings }: App, fields: Fields): PublishRequest | GroupPublish {
  const parse = fields.has('toGroupId') ? parseGroupPublish : parsePublish;
  return orStored(parse(fields, settings), fields);
}

const fromSim: PublishOptions = { via: 'sim', reported: true };

async function publish(app: App, request: PublishRequest | GroupPublish) {
  if ('toGroupIds' in request) {
    const all = await app.publisher.publishToGroups(request, fromSim);
    return { messageUIDs: all.map(({ message }) => message.groupUID()), ...explained(app, request, all) };
  }
  const published = await app.publisher.publish(request, fromSim);
  return { messageUIDs: published.message.recipientUIDs(), ...explained(app, request, [published]) };
}

/** Each group has a report of its own. */
function explained(app: App, request: PublishRequest | GroupPublish, all: (Explained | Published)[]) {
  const { fromUserId, objectName } = request;
  const groupIds = 'toGroupIds' in request ? request.toGroupIds : undefined;
  const rows = all.map(({ report, effects }, index) => {
    const group = groupIds === undefined ? {} : { groupId: groupIds[index]! };
    const explanations = explain(report!, fromUserId, effects);
    const hints = app.hintsOn(report!, { objectName, ...group });
    return { ...group, report, explanations, ...(hints.length === 0 ? {} : { hints }) };
  });
  return groupIds === undefined ? rows[0]! : { groups: rows };
}
