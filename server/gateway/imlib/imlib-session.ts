import type { App } from '../../app/app.ts';
import type { PublishOptions } from '../../app/ports.ts';
import { ApiError, asApiError } from '../../core/api-error.ts';
import { PublishRate } from '../../core/publish-rate.ts';
import { parseGroupPublish, parsePublish } from '../../core/publish-request.ts';
import type { Session } from '../../presence/session.ts';
import { errorCodes } from '../../protocol/error-codes.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Answer, FrameReader } from '../dialect.ts';
import { Malformed } from './byte-reader.ts';
import { type ClientFrame, parseFrame, pong, pubAck, queryAck, readUpMessage } from './frame.ts';
import { writeFields } from './protobuf.ts';

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
    const { publisher, settings } = this.#app;
    const options: PublishOptions = { via: 'client', origin: this.#session };
    switch (topic) {
      case 'ppMsgS': {
        const request = parsePublish(this.#fields(body).set('toUserId', [target]), settings);
        this.#rate.take(1); // B5.13
        return publisher.publish(request, options);
      }
      case 'pgMsgS': {
        const request = parseGroupPublish(this.#fields(body).set('toGroupId', [target]), settings);
        this.#rate.take(1);
        return publisher.publishToGroups(request, options);
      }
      default:
        throw new ApiError('notEnabled', `Messages of the topic ${topic} are not simulated.`);
    }
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

  #refuse({ id }: Request, error: unknown): void {
    const { code } = asApiError(error);
    this.#app.counters.refuse(code);
    this.#connection.send(pubAck(id, this.#app.clock.now(), refusals[code] ?? otherRefusal));
  }

  #query({ topic, id }: Request): void {
    const now = this.#app.clock.now();
    const answer = answerTo(topic, now);
    this.#connection.send(
      queryAck(id, now, answer === undefined ? unknownQuery : 0, answer ?? Buffer.alloc(0)),
    );
  }
}

// What RFC 6455, section 7.4.1, calls the end of a session that is over, and of one that speaks another protocol.
const normalClosure = 1000;
const protocolError = 1002;

const noAnswer: Answer = () => {};

/** The client's own code for a refusal (A5, C8). */
const refusals: Readonly<Record<number, number>> = {
  [errorCodes.rateExceeded.code]: 20604,
  [errorCodes.notEnabled.code]: 25102,
  [errorCodes.tooLong.code]: 30016,
  [errorCodes.badParameter.code]: 33003,
};
const otherRefusal = 25104;
const unknownQuery = 20606;

/**
 * What the client asks for when it has connected: that there is nothing new. Each answer has the version up to which
 * the client then knows everything, which must never go back.
 */
const answers: Readonly<Record<string, (at: number) => Buffer>> = {
  /** Messages that were stored while it was offline: none, and that is all. */
  pullMsg: (at) => writeFields([2, at], [3, 1]),
  /** Messages that were edited: none, and that is all. */
  pullModifyMsg: (at) => writeFields([2, at], [3, 1]),
  /** Events of large groups: none, and no more to come. */
  pullEventChange: (at) => writeFields([2, at], [3, 0]),
  /** How conversations are set. */
  pullSeAtts: (at) => writeFields([1, at]),
  /** How the user is set. */
  pullUS: (at) => writeFields([2, at]),
  /** Robots of the app. */
  qAppBot: () => writeFields(),
  /** The client tells of itself. */
  reportsdk: () => writeFields(),
};

/** The empty answer to a query, or undefined when it is not known. */
export function answerTo(topic: string, at: number): Buffer | undefined {
  return Object.hasOwn(answers, topic) ? answers[topic]!(at) : undefined;
}
