import { setMaxListeners } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { limits } from '../protocol/limits.ts';

/** The requests of one connection that wait for answers. */
interface Pipeline {
  requests: number;
  /** Of the bodies of all but the first, as they were announced. */
  bytes: number;
  isFull: boolean;
  /** The answer to the last request so far. */
  latest?: ServerResponse;
  readonly answered: () => void;
}

/** Made with the first request: WebSocket clients send none. */
const pipelines = new WeakMap<Duplex, Pipeline>();

/**
 * Reads a connection no further while too many of its requests wait for answers, until at most one does; by itself Node
 * stops only when too many answers wait. What has come in by then still joins them.
 */
export function boundPipelines(server: Server): void {
  server.on('request', ({ socket, headers }, response) => {
    const pipeline = pipelines.get(socket) ?? beginPipeline(socket);
    pipeline.latest = response;
    response.on('close', pipeline.answered);
    if (++pipeline.requests === 1) return;
    pipeline.bytes += Number(headers['content-length'] ?? 0);
    pipeline.isFull ||= pipeline.requests >= limits.pipelinedRequests || pipeline.bytes > limits.bodyBytes;
    if (pipeline.isFull) socket.pause();
  });
}

function beginPipeline(socket: Duplex): Pipeline {
  const answered = () => {
    if (--pipeline.requests > 1) return;
    pipeline.bytes = 0;
    if (!pipeline.isFull) return;
    pipeline.isFull = false;
    socket.resume();
  };
  const pipeline: Pipeline = { requests: 0, bytes: 0, isFull: false, answered };
  pipelines.set(socket, pipeline);
  // To read the body of a request, Node resumes its connection.
  socket.on('resume', () => pipeline.isFull && socket.pause());
  return pipeline;
}

/** A connection is handed over to somebody else; returns the answer to the last request before, if there was one. */
export function leavePipeline(socket: Duplex): ServerResponse | undefined {
  const pipeline = pipelines.get(socket);
  if (pipeline?.isFull) pipeline.isFull = false;
  pipelines.delete(socket);
  return pipeline?.latest;
}

const goneSignals = new WeakMap<Duplex, AbortSignal>();

/** Aborts when the connection has gone. The end of one answer does not tell, while it waits behind others. */
export function goneSignal(socket: Duplex): AbortSignal {
  const known = goneSignals.get(socket);
  if (known !== undefined) return known;
  const gone = new AbortController();
  setMaxListeners(0, gone.signal);
  socket.once('close', () => gone.abort());
  goneSignals.set(socket, gone.signal);
  return gone.signal;
}
