import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Listen } from '../app/ports.ts';
import { limitExceeded } from '../core/api-error.ts';
import type { SimEvent } from '../core/sim-event.ts';
import { limits } from '../protocol/limits.ts';
import { simDocs } from './route-docs.ts';

/** The trace of an app as server-sent events, to so many readers at a time (B6.5). */
export async function traceRoute(server: FastifyInstance, listen: Listen, traceReaders: number) {
  const readers = new Set<ServerResponse>();
  server.addHook('preClose', async () => {
    for (const reader of readers) reader.end();
  });

  server.get('/sim/trace', simDocs('GET /sim/trace'), async ({ app, method }, reply) => {
    if (readers.size >= traceReaders)
      throw limitExceeded('The trace has too many readers', traceReaders, 'traceReaders');
    reply.hijack();
    const reader = reply.raw;
    reader.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
    });
    if (method === 'HEAD') return reader.end();
    readers.add(reader);
    const unsubscribe = listen((event) => send(reader, event), app.key);
    reader.once('close', async () => {
      readers.delete(reader);
      (await unsubscribe)();
    });
    await unsubscribe;
    return reader.flushHeaders(); // tells the reader that from now on it gets every event
  });
}

function send(reader: ServerResponse, event: SimEvent): void {
  if (reader.writableLength > limits.traceBacklogBytes) reader.destroy();
  else reader.write(`event: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`);
}
