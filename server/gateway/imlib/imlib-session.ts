import type { Published } from '../../app/ports.ts';
import { ApiError, asApiError } from '../../core/api-error.ts';
import type { Fields } from '../../core/parameters.ts';
import { PublishRate } from '../../core/publish-rate.ts';
import {
  parseGroupPublish,
  parsePublish,
  parseStored,
  parseStoredToGroup,
} from '../../core/publish-request.ts';
import { errorCodes } from '../../protocol/error-codes.ts';
import type { Answer, Client, FrameReader } from '../dialect.ts';
import { atOnce, orElse } from '../frame-queue.ts';
import { Malformed } from './byte-reader.ts';
import { type ClientFrame, parseFrame, pong, pubAck, queryAck, readUpMessage } from './frame.ts';
import { writeFields } from './protobuf.ts';

type Request = Extract<ClientFrame, { topic: string }>;

/** Answers the frames of one web client: what it sends, what it asks for, and its heartbeat. */
export class ImlibSession implements FrameReader {
  readonly #client: Client;
  readonly #rate: PublishRate;

  constructor(client: Client) {
    const { settings, clock } = client.app;
    this.#client = client;
    this.#rate = new PublishRate(settings.upstreamPerSecond, 'publishes a second', 1000, clock);
  }

  /** A client that logs out, or whose frames make no sense, is gone before anything that waits here. */
  receive(data: Buffer, isBinary: boolean): Answer | Promise<Answer> {
    try {
      if (!isBinary) throw new Malformed('It is a text.');
      return this.#begin(parseFrame(data));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#client.connection.close(protocolError, `Malformed frame: ${error.message}`);
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
        return () => this.#client.connection.send(pong);
      case 'disconnect':
        this.#client.connection.close(normalClosure, 'The client has logged out.');
        return noAnswer;
      default:
        return noAnswer; // it confirms a frame of ours
    }
  }

  /** A status message is not confirmed: the client waits for nothing. A stored one is, and so is what goes nowhere. */
  #publish(request: Request): Answer | Promise<Answer> {
    const begin = () => atOnce(this.#publishTo(request), (published) => this.#confirm(request, published));
    return orElse(begin, (error) => {
      if (error instanceof Malformed) throw error;
      return () => this.#refuse(request, error);
    });
  }

  #publishTo(frame: Request): Published | Published[] | Promise<Published | Published[]> {
    const { app, session } = this.#client;
    const { publisher, settings } = app;
    const parse = parsers.get(frame.topic);
    if (parse === undefined || (isStored(frame) && settings.stored === 'refuse'))
      throw new ApiError('notEnabled', `Messages of the topic ${frame.topic} are not simulated.`);
    const request = parse(this.#fields(frame), settings);
    const takeRate = () => this.#rate.take(1); // B5.13
    const options = { via: 'client', origin: session, takeRate } as const;
    if ('toGroupIds' in request) return publisher.publishToGroups(request, options);
    return publisher.publish(request, options);
  }

  /** The parameters of a publish (A1). What a client sends is subject to blacklists (A6). */
  #fields(frame: Request): Fields {
    const { objectName, content, toUserId } = readUpMessage(frame.body);
    if (toUserId.length > 0 && !isStored(frame))
      throw new ApiError('notEnabled', 'Status messages to some members of a group are not simulated.');
    return new Map([
      ['fromUserId', [this.#client.session.userId]],
      ['objectName', [objectName]],
      ['content', [content]],
      ['toUserId', frame.topic.startsWith('pp') ? [frame.target] : toUserId],
      ['toGroupId', [frame.target]],
      ['verifyBlacklist', ['1']],
    ]);
  }

  #confirm({ id }: Request, published: Published | Published[]): Answer {
    const { request, sentTime, messageUIDs } = [published].flat()[0]!.message;
    if (!request.stored) return noAnswer;
    return () => this.#client.connection.send(pubAck(id, sentTime, 0, messageUIDs.of(0)));
  }

  #refuse({ id }: Request, error: unknown): void {
    const { code } = asApiError(error);
    const { app, connection } = this.#client;
    app.counters.refuse(code);
    connection.send(pubAck(id, app.clock.now(), refusals[code] ?? otherRefusal));
  }

  #query({ topic, id }: Request): void {
    const now = this.#client.app.clock.now();
    const answer = answerTo(topic, now);
    const status = answer === undefined ? unknownQuery : 0;
    this.#client.connection.send(queryAck(id, now, status, answer ?? Buffer.alloc(0)));
  }
}

// What RFC 6455, section 7.4.1, calls the end of a session that is over, and of one that speaks another protocol.
const normalClosure = 1000;
const protocolError = 1002;

const noAnswer: Answer = () => {};

/** What a client may publish, by its topic: to a user, to a group; as a status message, or as one to be stored. */
const parsers = new Map<string, typeof parsePublish | typeof parseGroupPublish>([
  ['ppMsgS', parsePublish],
  ['pgMsgS', parseGroupPublish],
  ['ppMsgP', parseStored],
  ['pgMsgP', parseStoredToGroup],
]);
const isStored = ({ topic }: Request) => topic.endsWith('P');

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
  pullMsg: (at) => writeFields([2, at], [3, 1]), // stored messages: none, and that is all
  pullModifyMsg: (at) => writeFields([2, at], [3, 1]), // edited messages: none, and that is all
  pullEventChange: (at) => writeFields([2, at], [3, 0]), // events of large groups: none, and no more to come
  pullSeAtts: (at) => writeFields([1, at]), // settings of conversations
  pullUS: (at) => writeFields([2, at]), // settings of the user
  qAppBot: () => writeFields(), // robots of the app
  reportsdk: () => writeFields(), // the client tells of itself
};

/** The empty answer to a query, or undefined when it is not known. */
export function answerTo(topic: string, at: number): Buffer | undefined {
  return Object.hasOwn(answers, topic) ? answers[topic]!(at) : undefined;
}
