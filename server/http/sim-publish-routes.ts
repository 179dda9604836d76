import type { FastifyInstance } from 'fastify';
import type { App } from '../app/app.ts';
import type { Explained, PublishOptions } from '../app/ports.ts';
import { ApiError } from '../core/api-error.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import { explain } from '../core/explain.ts';
import { publishHints } from '../core/hints.ts';
import { type Fields, fieldsOf } from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import { parseGroupPublish, parsePublish } from '../core/publish-request.ts';
import { losesAnswer } from './lost-response.ts';
import { simDocs } from './route-docs.ts';

const { toUserId, toGroupId, ...others } = publishParameters;
const body = {
  // One of the two, which JSON Schema can say only in a long way.
  parameters: [
    { ...toUserId, required: false },
    ...Object.values(others),
    { ...toGroupId, required: false, example: undefined },
  ],
  codes: [1003, 1005],
};
const outcome = {
  report: { type: 'object', required: ['recipients', 'echo'], description: 'What became of it (B2).' },
  explanations: { type: 'array', items: { type: 'string' } },
};
const hints = {
  type: 'array',
  description: 'Who else may have been meant by recipients who are offline.',
  items: { type: 'string' },
};
const groups = {
  type: 'array',
  description: 'Of a publish to groups, each with its outcome.',
  items: {
    type: 'object',
    required: ['groupId', ...Object.keys(outcome)],
    properties: { ...outcome, hints },
  },
};
const publishDocs = {
  ...body,
  summary: 'Publish, and see what became of it.',
  answer: { messageUIDs: { type: 'array' } },
  mayHave: { ...outcome, hints, groups },
  codes: [...body.codes, 1008],
};
const explainDocs = {
  ...body,
  summary: 'See what would become of a publish. Nothing is sent.',
  answer: {},
  mayHave: { ...outcome, hints, groups },
};

/** Publishes whose answer tells what became of them, or would become (B6.2). */
export async function simPublishRoutes(server: FastifyInstance): Promise<void> {
  server.post('/sim/publish', simDocs(publishDocs), async ({ app, body }, reply) => {
    const fields = readFields(body);
    const answer = await (fields.has('toGroupId') ? publishToGroups(app, fields) : publish(app, fields));
    return losesAnswer(app, fields, reply) ? reply : { code: 200, ...answer };
  });

  server.post('/sim/explain', simDocs(explainDocs), async ({ app, body }) => {
    const fields = readFields(body);
    return {
      code: 200,
      ...(await (fields.has('toGroupId') ? explainToGroups(app, fields) : explainOne(app, fields))),
    };
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

async function publish(app: App, fields: Fields) {
  const request = parsePublish(fields, app.settings);
  const { message, report, effects } = await app.publisher.publish(request, fromSim(fields));
  return { messageUIDs: message.recipientUIDs(), ...explained(app, report!, request.fromUserId, effects) };
}

/** Each group has a report of its own. */
async function publishToGroups(app: App, fields: Fields) {
  const request = parseGroupPublish(fields, app.settings);
  const published = await app.publisher.publishToGroups(request, fromSim(fields));
  const messageUIDs = published.map(({ message }) => message.groupUID());
  const groups = published.map(({ message, report, effects }) => {
    return { groupId: message.groupUID().groupId, ...explained(app, report!, request.fromUserId, effects) };
  });
  return { messageUIDs, groups };
}

async function explainOne(app: App, fields: Fields) {
  const request = parsePublish(fields, app.settings);
  const { report, effects } = await app.publisher.explain(request);
  return explained(app, report, request.fromUserId, effects);
}

async function explainToGroups(app: App, fields: Fields) {
  const request = parseGroupPublish(fields, app.settings);
  const all = await app.publisher.explainToGroups(request);
  const groups = all.map(({ groupId, report, effects }) => {
    return { groupId, ...explained(app, report, request.fromUserId, effects) };
  });
  return { groups };
}

function fromSim(fields: Fields): PublishOptions {
  return { via: 'sim', reported: true, hints: () => publishHints(fields) };
}

function explained(app: App, report: DeliveryReport, fromUserId: string, effects: Explained['effects']) {
  const hints = app.hintsOn(report);
  return {
    report,
    explanations: explain(report, fromUserId, effects),
    ...(hints.length === 0 ? {} : { hints }),
  };
}
