import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { OnlineStatus } from '../../server/webhook/webhook.ts';

/** What came with one post. */
export interface Delivery {
  headers: IncomingMessage['headers'];
  query: URLSearchParams;
  body: string;
}

/** A back end with a webhook of its own: verifies each post, and keeps its events. */
export class Receiver {
  /** Of the posts it answered with 200, in the order of their coming. */
  readonly events: OnlineStatus[] = [];
  readonly deliveries: Delivery[] = [];
  /** The HTTP status of the next answers; then 200 again. */
  readonly failures: number[] = [];
  readonly #server: Server;
  readonly #secret: string;
  readonly #changes = new EventEmitter();

  private constructor(server: Server, secret: string) {
    this.#server = server;
    this.#secret = secret;
    server.on('request', async (request, response) => {
      response.statusCode = await this.#take(request);
      response.end();
      this.#changes.emit('delivery');
    });
  }

  static async start(secret = ''): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server, secret);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/status`;
  }

  /** Resolves when there are so many events. */
  async received(count: number): Promise<OnlineStatus[]> {
    while (this.events.length < count) await once(this.#changes, 'delivery');
    return this.events;
  }

  /** Resolves at the next post, whatever it was answered. */
  async delivery(): Promise<void> {
    await once(this.#changes, 'delivery');
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage): Promise<number> {
    const query = new URL(request.url!, 'http://receiver.test').searchParams;
    const body = await text(request);
    this.deliveries.push({ headers: request.headers, query, body });
    const failure = this.failures.shift();
    if (failure !== undefined) return failure;
    if (!this.#isSigned(query)) return 401;
    this.events.push(...JSON.parse(body));
    return 200;
  }

  #isSigned(query: URLSearchParams): boolean {
    const [nonce, timestamp, signature] = ['nonce', 'timestamp', 'signature'].map((name) => query.get(name)!);
    const signed = createHash('sha1').update(`${this.#secret}${nonce}${timestamp}`);
    return signed.digest('hex') === signature;
  }
}
