import { setMaxListeners } from 'node:events';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { limits } from '../protocol/limits.ts';

/** What of one connection waits for an answer. */
interface Pipeline {
  requests: number;
  /** Of the bodies of all but the first, as they were announced. */
  bytes: number;
  isFull: boolean;
}

/**
 * Reads a connection no further while too many of its requests wait for answers, until at most one does; by itself Node
 * stops only when too many answers wait. What has come in by then still joins them.
 */
export function boundPipelines(server: Server): void {
  const pipelines = new WeakMap<Duplex, Pipeline & { answered(): void }>();
  server.on('connection', (socket) => {
    const pipeline = {
      requests: 0,
      bytes: 0,
      isFull: false,
      answered() {
        if (--pipeline.requests > 1) return;
        pipeline.bytes = 0;
        if (!pipeline.isFull) return;
        pipeline.isFull = false;
        socket.resume();
      },
    };
    pipelines.set(socket, pipeline);
    // To read the body of a request, Node resumes its connection.
    socket.on('resume', () => pipeline.isFull && socket.pause());
  });
  server.on('request', ({ socket, headers }, response) => {
    const pipeline = pipelines.get(socket)!;
    response.on('close', pipeline.answered);
    if (++pipeline.requests === 1) return;
    pipeline.bytes += Number(headers['content-length'] ?? 0);
    pipeline.isFull ||= pipeline.requests >= limits.pipelinedRequests || pipeline.bytes > limits.bodyBytes;
    if (pipeline.isFull) socket.pause();
  });
}

const goneSignals = new WeakMap<Duplex, AbortSignal>();

/** Aborts when the connection has gone. The end of one answer alone does not tell, if it waits behind others. */
export function goneSignal(socket: Duplex): AbortSignal {
  const known = goneSignals.get(socket);
  if (known !== undefined) return known;
  const gone = new AbortController();
  setMaxListeners(0, gone.signal);
  socket.once('close', () => gone.abort());
  goneSignals.set(socket, gone.signal);
  return gone.signal;
}
