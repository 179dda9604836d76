import type { App } from '../../app/app.ts';
import type { PublishOptions } from '../../app/ports.ts';
import { ApiError } from '../../core/api-error.ts';
import { PublishRate } from '../../core/publish-rate.ts';
import { parseGroupPublish, parsePublish } from '../../core/publish-request.ts';
import type { Session } from '../../presence/session.ts';
import { errorCodes } from '../../protocol/error-codes.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Answer, FrameReader } from '../dialect.ts';
import { type ClientFrame, parseFrame, pong, pubAck, queryAck } from './frame.ts';
import { Malformed } from './malformed.ts';
import { answerTo } from './queries.ts';
import { ackStatuses } from './statuses.ts';
import { readUpMessage } from './up-message.ts';

type Request = Extract<ClientFrame, { topic: string }>;

/** Answers the frames of one web client: what it sends, what it asks for, and its heartbeat. */
export class ImlibSession implements FrameReader {
  readonly #app: App;
  readonly #session: Session;
  readonly #connection: ClientConnection;
  readonly #rate: PublishRate;

  constructor(app: App, session: Session, connection: ClientConnection) {
    this.#app = app;
    this.#session = session;
    this.#connection = connection;
    this.#rate = new PublishRate(app.settings.upstreamPerSecond, 'publishes a second', 1000, app.clock);
  }

  /** A client that logs out, or whose frames make no sense, is gone before anything that waits here. */
  receive(data: Buffer, isBinary: boolean): Answer | Promise<Answer> {
    try {
      if (!isBinary) throw new Malformed('It is a text.');
      return this.#begin(parseFrame(data));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#connection.close(protocolError, `Malformed frame: ${error.message}`);
      return noAnswer;
    }
  }

  #begin(frame: ClientFrame): Answer | Promise<Answer> {
    switch (frame.command) {
      case 'publish':
        return this.#publish(frame);
      case 'query':
        return () => this.#query(frame);
      case 'ping':
        return () => this.#connection.send(pong);
      case 'disconnect':
        this.#connection.close(normalClosure, 'The client has logged out.');
        return noAnswer;
      default:
        return noAnswer; // it confirms a frame of ours
    }
  }

  /** A status message is not confirmed: the client waits for nothing. One that goes nowhere is, with the reason. */
  #publish(request: Request): Answer | Promise<Answer> {
    const refusal = (error: unknown) => () => this.#refuse(request, error);
    try {
      const published = this.#publishTo(request);
      return published instanceof Promise ? published.then(() => noAnswer, refusal) : noAnswer;
    } catch (error) {
      if (error instanceof Malformed) throw error;
      return refusal(error);
    }
  }

  #publishTo({ topic, target, body }: Request): unknown {
    const app = this.#app;
    const options: PublishOptions = { via: 'client', origin: this.#session };
    switch (topic) {
      case 'ppMsgS': {
        const request = parsePublish(this.#fields(body).set('toUserId', [target]), app.settings);
        this.#rate.take(1); // B5.13
        return app.publisher.publish(request, options);
      }
      case 'pgMsgS': {
        const request = parseGroupPublish(this.#fields(body).set('toGroupId', [target]), app.settings);
        this.#rate.take(1);
        return app.publisher.publishToGroups(request, options);
      }
      default:
        throw new ApiError('notEnabled', `Messages of the topic ${topic} are not simulated.`);
    }
  }

  #refuse({ id }: Request, error: unknown): void {
    const code = error instanceof ApiError ? error.code : errorCodes.internal.code;
    this.#app.counters.refuse(code);
    this.#connection.send(pubAck(id, this.#app.clock.now(), ackStatusOf(code)));
  }

  /** The parameters of a publish (A1). What a client sends is subject to blacklists (A6). */
  #fields(body: Buffer): Map<string, string[]> {
    const { objectName, content, isDirected } = readUpMessage(body);
    if (isDirected)
      throw new ApiError('notEnabled', 'Messages to some members of a group are not simulated.');
    return new Map([
      ['fromUserId', [this.#session.userId]],
      ['objectName', [objectName]],
      ['content', [content]],
      ['verifyBlacklist', ['1']],
    ]);
  }

  #query({ topic, id }: Request): void {
    const now = this.#app.clock.now();
    const answer = answerTo(topic, now);
    const status = answer === undefined ? ackStatuses.notSupported : ackStatuses.ok;
    this.#connection.send(queryAck(id, now, status, answer ?? Buffer.alloc(0)));
  }
}

// What RFC 6455, section 7.4.1, calls the end of a session that is over, and of one that speaks another protocol.
const normalClosure = 1000;
const protocolError = 1002;

const noAnswer: Answer = () => {};

/** The client's own code for a refusal (A5). */
function ackStatusOf(code: number): number {
  switch (code) {
    case errorCodes.notEnabled.code:
      return ackStatuses.notStored;
    case errorCodes.rateExceeded.code:
      return ackStatuses.tooOften;
    case errorCodes.tooLong.code:
      return ackStatuses.tooLong;
    case errorCodes.badParameter.code:
      return ackStatuses.badParameter;
    default:
      return ackStatuses.failed;
  }
}
