import type { FastifyReply } from 'fastify';
import { limits } from '../protocol/limits.ts';

/** A stream of server-sent events to one reader. */
export class EventStream {
  readonly #response: FastifyReply['raw'];

  constructor(reply: FastifyReply) {
    this.#response = reply.raw;
    this.#response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
    });
  }

  /** Tells the reader that from now on it hears of all. */
  open(): void {
    this.#response.flushHeaders();
  }

  send(event: string, data: object): void {
    if (this.#response.writableLength > limits.traceBacklogBytes) this.#response.destroy();
    else this.#response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  onEnd(listener: () => void): void {
    this.#response.once('close', listener);
  }

  end(): void {
    this.#response.end();
  }
}
