import { expect, it } from 'vitest';
import { sentEvents } from '../../client-sim/cli/sent-events.ts';

async function* chunksOf(...chunks: (string | Error)[]) {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield chunk;
  }
}

it.each([
  ['one chunk', ['event: a\ndata: {"n":1}\n\nevent: a\ndata: {"n":2}\n\n']],
  ['chunks broken anywhere', ['event: a\nda', 'ta: {"n"', ':1}\n', '\nevent: a\ndata: {"n":2}', '\n\n']],
  ['a stream that is cut off', ['data: {"n":1}\n\ndata: {"n":2}\n\ndata: {"n":', new Error('aborted')]],
])('the data of each event comes out of %s', async (_, chunks) => {
  const events = [];
  for await (const event of sentEvents(chunksOf(...chunks))) events.push(event);
  expect(events).toEqual(['{"n":1}', '{"n":2}']);
});
