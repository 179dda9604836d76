import type { FastifyReply } from 'fastify';

/** Unsent bytes after which a reader that lags is let go. */
const backlogBytes = 1024 * 1024;

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
    this.#response.flushHeaders();
  }

  send(event: string, data: object): void {
    if (this.#response.writableLength > backlogBytes) this.#response.destroy();
    else this.#response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  onEnd(listener: () => void): void {
    this.#response.once('close', listener);
  }

  end(): void {
    this.#response.end();
  }
}
