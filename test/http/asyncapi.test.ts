import specifications from '@asyncapi/specs';
import { Ajv, type AnySchemaObject } from 'ajv';
import { expect } from 'vitest';
import { asyncApi } from '../../client-sim/docs/asyncapi.ts';
import { closeCodes, closings } from '../../server/protocol/close-codes.ts';
import {
  type ClientFrame,
  clientFrames,
  frameSchema,
  type ServerFrame,
  serverFrames,
} from '../../server/protocol/frames.ts';
import { it } from '../fixtures/raw-session.ts';
import { typing } from '../fixtures/simulator.ts';

it('B6.12 the document is valid AsyncAPI 3', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false });
  const validate = ajv.compile(specifications.schemas['3.0.0'] as AnySchemaObject);
  expect([validate(asyncApi()), validate.errors]).toEqual([true, null]);
});

it('B6.12 it is served', async ({ simulator }) => {
  const response = await fetch(`${simulator.url}/docs/asyncapi.json`);
  expect(await response.json()).toEqual(asyncApi());
});

it('B5.4 it names every close code', () => {
  expect(Object.keys(closings).map(Number).sort()).toEqual(Object.values(closeCodes).sort());
});

/** What is wrong with a frame, a field that is not described included. */
function faultsOf(frame: ServerFrame): unknown {
  const schema = { ...frameSchema(serverFrames[frame.type]), additionalProperties: false };
  const ajv = new Ajv({ strict: false });
  return ajv.validate(schema, frame) ? [] : ajv.errors;
}

it('B5.3 the frames that come are as described, of every type', async ({ openRaw, postForm }) => {
  const alice = await openRaw('alice');
  const other = await openRaw('alice');
  alice.send({ type: 'subscribe', userIds: ['bob'] });
  alice.send({ type: 'publish', id: '1', ...typing, toUserId: ['alice'] });
  alice.send({ type: 'publish', id: '2', ...typing, toUserId: ['bob'], isIncludeSender: 1 });
  alice.send({ type: 'sync', id: '3' });
  alice.send('{"type":"sync"}');
  const { toUserId: _, ...message } = typing;
  await postForm('/group/create.json', { groupId: 'team', userId: ['alice', 'bob'] });
  await postForm('/statusmessage/group/publish.json', { ...message, fromUserId: 'bob', toGroupId: 'team' });
  await postForm('/statusmessage/group/publish.json', {
    ...message,
    toGroupId: 'team',
    isIncludeSender: '1',
  });
  await postForm('/message/online/broadcast.json', message);
  await Promise.all([alice.settle(), other.settle()]);
  const frames = [...alice.frames, ...other.frames];
  expect(frames.map(faultsOf)).toEqual(frames.map(() => []));
  expect([...new Set(frames.map(({ type }) => type))].sort()).toEqual(Object.keys(serverFrames).sort());
});

it('B5.8 a described publish is accepted', async ({ openRaw }) => {
  const alice = await openRaw('alice');
  const frame = { type: 'publish' as const, id: '1', ...typing, toUserId: ['bob'] } satisfies ClientFrame;
  const ajv = new Ajv({ strict: false });
  const described = ajv.validate(frameSchema(clientFrames.publish), frame);
  alice.send(frame);
  expect([described, (await alice.next()).type]).toEqual([true, 'published']);
});
