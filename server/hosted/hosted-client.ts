// Not the global ones: a test may have put fake timers there, and the sockets here are real.
import { clearTimeout, setTimeout } from 'node:timers';
import { WebSocket } from 'ws';
import { ApiError } from '../core/api-error.ts';
import { type ErrorName, errorCodes } from '../protocol/error-codes.ts';
import type {
  ConnectedFrame,
  ErrorFrame,
  PublishedFrame,
  RecipientUID,
  ServerFrame,
  SyncedFrame,
} from '../protocol/frames.ts';
import type { HostedClientRow } from '../protocol/hosted-client-row.ts';
import { HostedInbox, type InboxBounds } from './hosted-inbox.ts';

type Answer = PublishedFrame | SyncedFrame | ErrorFrame;

/**
 * A simulated client that the simulator runs itself (B6). It comes in through the simulator's own port like any
 * other, so that kicks, heartbeats and faults are as real for it.
 */
export class HostedClient {
  readonly id: string;
  readonly userId: string;
  readonly inbox: HostedInbox;
  /** Resolves once the user is online. @throws ApiError 1002 with the reason why the login was refused (B5.1) */
  readonly opened: Promise<void>;

  readonly #socket: WebSocket;
  /** Who waits for an answer, by the id of the frame; told undefined when none can come any more. */
  readonly #asked = new Map<string, (answer: Answer | undefined) => void>();
  #session: ConnectedFrame | undefined;
  #closing: HostedClientRow['closing'] | undefined;
  #lastFrame = 0;

  /** @param address with the login in its query */
  constructor(id: string, userId: string, address: URL, bounds: InboxBounds) {
    this.id = id;
    this.userId = userId;
    this.inbox = new HostedInbox(bounds);
    this.#socket = new WebSocket(address, socketOptions);
    this.#socket.on('error', () => {}); // the close that follows tells
    this.opened = new Promise((resolve, reject) => {
      this.#socket.once('message', () => resolve()); // always `connected` (B5.3)
      this.#socket.once('close', (_, reason) => {
        reject(new ApiError('badParameter', `${reason}` || 'The client was closed while it connected.'));
      });
    });
    this.#socket.on('message', (data) => this.#receive(String(data)));
    this.#socket.once('close', (code, reason) => this.#end({ code, reason: String(reason) }));
  }

  /** Undefined until the session is open. */
  get sessionId(): string | undefined {
    return this.#session?.sessionId;
  }

  /** Whether its session is open, and if not, how it ended. */
  get state(): Pick<HostedClientRow, 'open' | 'closing'> {
    return this.#closing === undefined ? { open: true } : { open: false, closing: this.#closing };
  }

  /**
   * A barrier: afterwards the inbox holds all that was handed to the session before (B5.12).
   * @throws ApiError 1050 when the simulator does not answer within `timeoutMs` of real time
   */
  async settle(timeoutMs = answerTimeoutMs): Promise<void> {
    await this.#ask({ type: 'sync' }, timeoutMs);
  }

  /**
   * An upstream publish (B5.8).
   * @throws ApiError as the simulator refuses it (B3), 1002 when the session has ended, 1050 without an answer
   */
  async publish(fields: object): Promise<RecipientUID[]> {
    const answer = await this.#ask({ ...fields, type: 'publish' }, answerTimeoutMs);
    if (answer?.type === 'published') return answer.messageUIDs;
    if (answer?.type === 'error') throw refusal(answer);
    throw new ApiError(
      'badParameter',
      `${this.#name} is offline: its session ended with ${this.#closing?.code}.`,
    );
  }

  /** Goes offline; resolves when it is. */
  async close(): Promise<void> {
    if (this.#closing !== undefined) return;
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.close(normalClosure);
    await closed;
  }

  /** Goes at once, without a word. */
  cutOff(): void {
    this.#socket.terminate();
  }

  get #name(): string {
    return `The client ${JSON.stringify(this.id)} of ${JSON.stringify(this.userId)}`;
  }

  /** The answer to a frame, or undefined when the session has ended without one. */
  async #ask(frame: object, timeoutMs: number): Promise<Answer | undefined> {
    if (this.#closing !== undefined) return undefined;
    const id = String(++this.#lastFrame);
    this.#socket.send(JSON.stringify({ ...frame, id }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        reject(new ApiError('timedOut', `${this.#name} got no answer within ${timeoutMs} ms.`));
      }, timeoutMs);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(answer);
      });
    });
  }

  #receive(text: string): void {
    const frame: ServerFrame = JSON.parse(text);
    switch (frame.type) {
      case 'connected':
        this.#session = frame;
        break;
      case 'status':
      case 'echo':
        this.inbox.push(frame, Buffer.byteLength(text));
        break;
      case 'published':
      case 'synced':
      case 'error':
        this.#asked.get(frame.id ?? '')?.(frame);
        break;
    }
  }

  #end(closing: NonNullable<HostedClientRow['closing']>): void {
    this.#closing = closing;
    this.inbox.complete();
    for (const answer of this.#asked.values()) answer(undefined);
  }
}

const normalClosure = 1000;

/** Real time for an answer to a frame, unless told otherwise. */
const answerTimeoutMs = 5000;

/** Times in milliseconds: without an answer to a close the socket is destroyed. */
const socketOptions = { perMessageDeflate: false, handshakeTimeout: 5000, closeTimeout: 1000 };

/** What was refused over the wire, as a refusal of the call that asked for it. */
function refusal({ code, errorMessage }: ErrorFrame): ApiError {
  const known = Object.entries(errorCodes).find(([, each]) => each.code === code);
  return new ApiError((known?.[0] ?? 'internal') as ErrorName, errorMessage);
}
