import { EventEmitter } from 'node:events';
import type {
  ClientFrame,
  ConnectedFrame,
  EchoFrame,
  ErrorFrame,
  Platform,
  PresenceFrame,
  PublishedFrame,
  PublishFrame,
  RecipientUID,
  ServerFrame,
  StatusFrame,
  SubscribeFrame,
  SyncedFrame,
  SyncFrame,
} from '../server/protocol/frames.ts';
import { type Answer, Answers } from './answers.ts';
import { callBack } from './call-back.ts';
import type { ClientSocket } from './client-socket.ts';
import type { Inbox, Match, ReceivedFrame } from './inbox.ts';
import { parseFrame } from './parse-frame.ts';
import { checkTime, timeLimit } from './time-limit.ts';

export interface WaitOptions {
  /** Milliseconds. */
  timeoutMs?: number;
}

export interface LookOptions extends WaitOptions {
  /** Ends the wait when it aborts. */
  signal?: AbortSignal;
}

/** An upstream publish; the sender is the session's user. */
export interface ClientPublish {
  toUserId: string | readonly string[];
  objectName: string;
  /** The text exactly as it goes on the wire. */
  content: string;
  verifyBlacklist?: boolean;
  isIncludeSender?: boolean;
}

/** How a session ended; the codes are those of B5. */
export interface Closing {
  code: number;
  reason: string;
}

export interface ClientEvents {
  frame: [frame: ServerFrame];
  status: [frame: StatusFrame];
  echo: [frame: EchoFrame];
  presence: [frame: PresenceFrame];
  /** An error that answers no `publish` or `settle` that is still waiting. */
  'error-frame': [frame: ErrorFrame];
  close: [closing: Closing];
}

/** The simulator refused a publish (B3). */
export class PublishError extends Error {
  override name = 'PublishError';
  readonly code: number;
  readonly errorMessage: string;

  constructor({ code, errorMessage }: ErrorFrame) {
    super(`The publish was refused with ${code}: ${errorMessage}`);
    this.code = code;
    this.errorMessage = errorMessage;
  }
}

/** One open session of a simulated user. Iterating it takes the received status and echo frames until it closes. */
export class SimClient implements AsyncIterable<ReceivedFrame>, AsyncDisposable {
  readonly userId: string;
  readonly sessionId: string;
  readonly platform: Platform | undefined;
  /** How the session ended; never rejects. */
  readonly closed: Promise<Closing>;

  readonly #socket: ClientSocket;
  readonly #inbox: Inbox;
  readonly #timeoutMs: number;
  readonly #events = new EventEmitter();
  readonly #presence = new Map<string, boolean>();
  readonly #answers = new Answers();
  #closing: Closing | undefined;

  /** Use `connectClient`. */
  constructor(
    socket: ClientSocket,
    frame: ConnectedFrame,
    inbox: Inbox,
    timeoutMs: number,
    platform?: Platform,
  ) {
    this.userId = frame.userId;
    this.sessionId = frame.sessionId;
    this.platform = platform;
    this.#socket = socket;
    this.#inbox = inbox;
    this.#timeoutMs = timeoutMs;
    socket.on('message', (data) => this.#receive(data));
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#closing = { code, reason: String(reason) };
        resolve(this.#closing);
        this.#finish(this.#closing);
      });
    });
  }

  /** How the session ended; undefined while it is open. */
  get closing(): Closing | undefined {
    return this.#closing;
  }

  /** All status and echo frames so far, in order, except those discarded; a live list. */
  get received(): readonly ReceivedFrame[] {
    return this.#inbox.received;
  }

  /** The received frames that neither `next` nor iterating has taken yet; a live list. */
  get untaken(): readonly ReceivedFrame[] {
    return this.#inbox.untaken;
  }

  /** How many frames were not kept: the oldest, over `inboxLimit`, and those over `inboxBytes`. */
  get discarded(): number {
    return this.#inbox.discarded;
  }

  /** The earliest received frame that matches and was not taken before, by `next` or by iterating; waits for it. */
  next(match: Partial<StatusFrame> & { type: 'status' }, options?: WaitOptions): Promise<StatusFrame>;
  next(match: Partial<EchoFrame> & { type: 'echo' }, options?: WaitOptions): Promise<EchoFrame>;
  next(match?: Match, options?: WaitOptions): Promise<ReceivedFrame>;
  next(match?: Match, { timeoutMs = this.#timeoutMs }: WaitOptions = {}): Promise<ReceivedFrame> {
    return mayGoUnheard(this.#inbox.wait(match, timeoutMs));
  }

  /** The kept frames that match, as soon as there is one; takes none. Empty when none comes in time, or can come. */
  look(match?: Match, { timeoutMs = this.#timeoutMs, signal }: LookOptions = {}): Promise<ReceivedFrame[]> {
    return mayGoUnheard(this.#inbox.look(match, timeoutMs, signal));
  }

  [Symbol.asyncIterator](): AsyncIterator<ReceivedFrame, void, undefined> {
    return this.#inbox[Symbol.asyncIterator]();
  }

  /** A barrier: once it resolves, all that was handed to this session before has arrived (B1.9). */
  settle({ timeoutMs = this.#timeoutMs }: WaitOptions = {}): Promise<void> {
    return mayGoUnheard(this.#settle(timeoutMs));
  }

  /** Rejects with a `PublishError` when the simulator refuses. */
  publish(publish: ClientPublish): Promise<RecipientUID[]> {
    return mayGoUnheard(this.#publishMessage(publish));
  }

  /** The same with the fields as they are to stand in the frame, right or wrong: the simulator judges them. */
  publishFields(fields: object): Promise<RecipientUID[]> {
    return mayGoUnheard(this.#publish(fields));
  }

  /** Resolves once the presence of these users is known. Rejects when the simulator refuses. */
  subscribe(userIds: readonly string[]): Promise<void> {
    return mayGoUnheard(this.#watch('subscribe', userIds));
  }

  /** Resolves once no more presence of these users will come. */
  unsubscribe(userIds: readonly string[]): Promise<void> {
    return mayGoUnheard(this.#watch('unsubscribe', userIds));
  }

  /** Whether a subscribed user is online, as last told; undefined when never told. */
  presenceOf(userId: string): boolean | undefined {
    return this.#presence.get(userId);
  }

  /** Returns how to stop listening. What a listener throws becomes an uncaught error; the session goes on. */
  on<E extends keyof ClientEvents>(event: E, listener: (...args: ClientEvents[E]) => void): () => void {
    const call = (...args: ClientEvents[E]) => callBack(listener, ...args);
    this.#events.on(event, call);
    return () => void this.#events.off(event, call);
  }

  /** Resolves once the session is closed; cuts the connection when the simulator does not answer in time. */
  async close({ timeoutMs = this.#timeoutMs }: WaitOptions = {}): Promise<void> {
    const callOff = timeLimit(timeoutMs, () => this.#socket.terminate());
    this.#socket.close(1000);
    await this.closed;
    callOff();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Nothing but a refusal answers these frames, and a barrier behind them tells that none came. */
  async #watch(type: SubscribeFrame['type'], userIds: readonly string[]): Promise<void> {
    const id = this.#answers.newId();
    let refusal: ErrorFrame | undefined;
    this.#send({ type, id, userIds: [...userIds] });
    const stop = this.on('error-frame', (frame) => {
      if (frame.id === id) refusal = frame;
    });
    await this.#settle(this.#timeoutMs).finally(stop);
    if (refusal) throw new Error(`The ${type} was refused with ${refusal.code}: ${refusal.errorMessage}`);
  }

  async #settle(timeoutMs: number): Promise<void> {
    const answer = await this.#ask<SyncedFrame>({ type: 'sync', id: this.#answers.newId() }, timeoutMs);
    if (answer.type === 'error') throw new Error(`The sync was refused: ${answer.errorMessage}`);
  }

  async #publishMessage({ toUserId, verifyBlacklist, isIncludeSender, ...message }: ClientPublish) {
    return this.#publish({
      toUserId: [toUserId].flat(),
      objectName: message.objectName,
      content: message.content,
      verifyBlacklist: verifyBlacklist ? 1 : 0,
      isIncludeSender: isIncludeSender ? 1 : 0,
    });
  }

  async #publish(fields: object): Promise<RecipientUID[]> {
    const frame = { ...fields, type: 'publish', id: this.#answers.newId() } as PublishFrame;
    const answer = await this.#ask<PublishedFrame>(frame, this.#timeoutMs);
    if (answer.type === 'error') throw new PublishError(answer);
    return answer.messageUIDs;
  }

  #ask<A extends Answer>(frame: PublishFrame | SyncFrame, timeoutMs: number): Promise<A | ErrorFrame> {
    checkTime('timeoutMs', timeoutMs);
    this.#send(frame);
    return this.#answers.wait<A>(frame, timeoutMs);
  }

  #send(frame: ClientFrame): void {
    this.#socket.send(JSON.stringify(frame, wellFormed));
  }

  #receive(data: unknown): void {
    const text = String(data);
    const frame = parseFrame(text);
    if (frame) this.#accept(frame, text);
    else this.#socket.close(1002, 'a frame was not JSON');
  }

  #accept(frame: ServerFrame, text: string): void {
    switch (frame.type) {
      case 'status':
      case 'echo':
        this.#inbox.push(frame, Buffer.byteLength(text));
        this.#events.emit(frame.type, frame);
        break;
      case 'presence':
        this.#presence.set(frame.userId, frame.online);
        this.#events.emit('presence', frame);
        break;
      case 'published':
      case 'synced':
        this.#answers.deliver(frame);
        break;
      case 'error':
        if (!this.#answers.deliver(frame)) this.#events.emit('error-frame', frame);
    }
    this.#events.emit('frame', frame);
  }

  #finish(closing: Closing): void {
    const reason = closing.reason.replace(/\.$/, ''); // it goes inside another sentence
    const why = `the session closed with ${closing.code}${reason && ` (${reason})`}`;
    this.#inbox.close(why);
    this.#answers.close(why);
    this.#events.emit('close', closing);
  }
}

/** JSON would carry half of a surrogate pair, which no other way to publish can: there it is U+FFFD, as in UTF-8. */
function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value).toString() : value;
}

/** Nobody has to look at this promise: left alone, its rejection must not end the process. */
function mayGoUnheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
