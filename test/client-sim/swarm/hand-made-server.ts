import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { closeCodes } from '../../../server/protocol/close-codes.ts';
import type {
  ClientFrame,
  EchoFrame,
  RecipientUID,
  ServerFrame,
  StatusFrame,
} from '../../../server/protocol/frames.ts';

/** The answer of a request: HTTP status and body. */
export type Answer = [status: number, body: object];

/** In the place of an HTTP status: cuts the connection. */
export const noAnswer = 0;

/**
 * A server of the protocol that has nothing in common with the real one. It keeps the rules that a swarm asks for; what
 * extends it breaks one of them, and says so.
 */
export class HandMadeServer {
  /** Resolves when a rule is broken so that a client can see it. */
  readonly broken: Promise<void>;
  protected break!: () => void;
  readonly #sessions = new Map<string, WebSocket>();
  readonly #http = createServer(async (request, response) => {
    const [status, body] = this.accept(new URLSearchParams(await text(request)));
    if (status === noAnswer) return void response.destroy();
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  #publishes = 0;

  constructor() {
    this.broken = new Promise((resolve) => {
      this.break = resolve;
    });
    new WebSocketServer({ server: this.#http }).on('connection', (socket, { url }) => {
      this.#open(new URL(url!, 'ws://here').searchParams.get('userId')!, socket);
    });
  }

  /** Resolves to where it answers. */
  async listen(): Promise<string> {
    await once(this.#http.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sessions.values()) socket.terminate();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  protected accept(form: URLSearchParams): Answer {
    return [200, { code: 200, messageUIDs: this.publish(form) }];
  }

  protected publish(form: URLSearchParams): RecipientUID[] {
    const fields = ['fromUserId', 'objectName', 'content'].map((name) => [name, form.get(name)!]);
    const { fromUserId, objectName, content } = Object.fromEntries(fields);
    const message = { channelType: 'PERSON', fromUserId, objectName, content, sentTime: Date.now() } as const;
    this.#publishes += 1;
    const toUserIds = form.getAll('toUserId');
    const messageUIDs = toUserIds.map((userId, index) => {
      return { userId, messageUID: `${this.#publishes}-${index}` };
    });
    for (const { userId, messageUID } of messageUIDs) {
      this.deliver(userId, { type: 'status', messageUID, ...message });
    }
    if (this.wantsEcho(form)) this.echo(fromUserId, { type: 'echo', messageUIDs, ...message });
    return messageUIDs;
  }

  protected wantsEcho(form: URLSearchParams): boolean {
    return form.get('isIncludeSender') === '1' && !form.getAll('toUserId').includes(form.get('fromUserId')!);
  }

  protected deliver(userId: string, frame: StatusFrame): void {
    this.send(userId, frame);
  }

  protected echo(userId: string, frame: EchoFrame): void {
    this.send(userId, frame);
  }

  protected opened(_userId: string): void {}

  protected receive(userId: string, frame: ClientFrame): void {
    if (frame.type === 'sync') this.send(userId, { type: 'synced', id: frame.id });
    if (frame.type !== 'publish') return;
    const { id, toUserId, objectName, content } = frame;
    const form = new URLSearchParams({ fromUserId: userId, objectName, content });
    for (const each of toUserId) form.append('toUserId', each);
    this.send(userId, { type: 'published', id, messageUIDs: this.publish(form) });
  }

  protected isOnline(userId: string): boolean {
    return this.#sessions.has(userId);
  }

  protected onlineUsers(): string[] {
    return [...this.#sessions.keys()];
  }

  /** To a session if there is one. */
  protected send(userId: string, frame: ServerFrame): void {
    this.#sessions.get(userId)?.send(JSON.stringify(frame));
  }

  protected end(userId: string): void {
    this.#sessions.get(userId)?.close(closeCodes.disconnected);
    this.#sessions.delete(userId);
  }

  #open(userId: string, socket: WebSocket): void {
    this.#sessions.set(userId, socket);
    socket.on('message', (data) => this.receive(userId, JSON.parse(String(data))));
    socket.once('close', () => {
      if (this.#sessions.get(userId) === socket) this.#sessions.delete(userId);
    });
    this.send(userId, { type: 'connected', userId, sessionId: userId, serverTime: Date.now() });
    this.opened(userId);
  }
}
