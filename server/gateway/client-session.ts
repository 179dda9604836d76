import { hintsOf } from '../../client-sim/claims/hints.ts';
import { ApiError, asApiError, badParameter } from '../core/api-error.ts';
import {
  characters,
  type Fields,
  fieldsOf,
  idsParameter,
  parseJson,
  requiredText,
} from '../core/parameters.ts';
import { publishParameters } from '../core/publish-parameters.ts';
import { PublishRate } from '../core/publish-rate.ts';
import { parsePublish } from '../core/publish-request.ts';
import type { ServerFrame } from '../protocol/frames.ts';
import { limits } from '../protocol/limits.ts';
import type { Answer, Client, FrameReader } from './dialect.ts';
import { atOnce, orElse } from './frame-queue.ts';

const aboutWatched = { description: 'Whose presence to be told of.', example: ['bob'] };
const watched = idsParameter('userIds', limits.subscriptions, aboutWatched);

/** What a `publish` frame may hold (B5.8). */
const frameNames = ['type', 'id', 'fromUserId', ...Object.keys(publishParameters)];

/** Answers one client's frames: upstream publishes, presence subscriptions, the `sync` barrier (B5). */
export class ClientSession implements FrameReader {
  readonly #client: Client;
  // Both are made on first use: most clients only listen.
  #unwatch: Map<string, () => void> | undefined;
  #rate: PublishRate | undefined;
  #hasEnded = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** A bad frame is answered by an `error` frame; the session stays (B5.10). */
  receive(data: Buffer, isBinary: boolean): Answer | Promise<Answer> {
    let id: string | undefined;
    const refuse = (error: unknown) => this.#refuse(error, id);
    const begin = () => {
      if (isBinary) throw new ApiError('badParameter', 'The frame must be text, not binary.');
      const fields = parseFrame(data.toString());
      id = frameId(fields);
      return this.#begin(fields, refuse);
    };
    return orElse<Answer>(begin, (error) => () => refuse(error));
  }

  /** Stops telling the client about others. */
  end(): void {
    this.#hasEnded = true;
    for (const unwatch of this.#unwatch?.values() ?? []) unwatch();
    this.#unwatch = undefined;
  }

  #begin(fields: Fields, refuse: (error: unknown) => void): Answer | Promise<Answer> {
    const type = requiredText(fields, 'type');
    if (type === 'publish') return this.#publish(idOf(fields), fields);
    const answer = this.#answerTo(type, fields);
    return () => orElse(answer, refuse);
  }

  /** @throws ApiError 1002 or 1005, naming the parameter and the limit */
  #answerTo(type: string, fields: Fields): Answer {
    if (type === 'sync') {
      const id = idOf(fields);
      // What it was told of other nodes' users is part of what came before.
      return () => atOnce(this.#client.app.directory.catchUp(), () => this.#send({ type: 'synced', id }));
    }
    if (type !== 'subscribe' && type !== 'unsubscribe')
      throw badParameter('type', 'must be publish, subscribe, unsubscribe or sync');
    const ids = watched.read(fields);
    return () => (type === 'subscribe' ? this.#subscribe(ids) : this.#unsubscribe(ids));
  }

  #publish(id: string, fields: Fields): Answer | Promise<Answer> {
    const { app, session } = this.#client;
    const request = parsePublish(new Map(fields).set('fromUserId', [session.userId]), app.settings);
    const hints = () => hintsOf(fields.keys(), frameNames);
    const takeRate = () => this.#takeRate();
    const published = app.publisher.publish(request, { via: 'client', hints, origin: session, takeRate });
    return atOnce(published, ({ message }) => () => {
      this.#send({ type: 'published', id, messageUIDs: message.recipientUIDs() });
    });
  }

  #takeRate(): void {
    const { clock, settings } = this.#client.app;
    const limit = settings.upstreamPerSecond;
    this.#rate ??= new PublishRate(limit, 'publishes a second', 1000, clock);
    if (this.#rate.tryTake(1) > 0) {
      throw new ApiError('rateExceeded', `A session may publish ${limit} times a second.`);
    }
  }

  #subscribe(userIds: readonly string[]): void | Promise<void> {
    const { directory } = this.#client.app;
    this.#unwatch ??= new Map();
    const unwatch = this.#unwatch;
    const added = userIds.filter((userId) => !unwatch.has(userId));
    if (unwatch.size + added.length > limits.subscriptions) {
      throw badParameter('userIds', `would exceed the limit of ${limits.subscriptions} subscriptions`);
    }
    return atOnce(directory.catchUp(), () => {
      for (const userId of this.#hasEnded ? [] : added) unwatch.set(userId, this.#watch(userId));
      for (const userId of userIds) this.#tellPresence(userId, directory.isOnline(userId));
    });
  }

  #watch(userId: string): () => void {
    return this.#client.app.presence.watch(userId, (_, online) => this.#tellPresence(userId, online));
  }

  #unsubscribe(userIds: readonly string[]): void {
    for (const userId of userIds) {
      this.#unwatch?.get(userId)?.();
      this.#unwatch?.delete(userId);
    }
  }

  #tellPresence(userId: string, online: boolean): void {
    this.#send({ type: 'presence', userId, online, at: this.#client.app.clock.now() });
  }

  #send(frame: ServerFrame): void {
    this.#client.connection.send(JSON.stringify(frame));
  }

  #refuse(error: unknown, id: string | undefined): void {
    const { code, message: errorMessage } = asApiError(error);
    this.#client.app.counters.refuse(code);
    this.#send({ type: 'error', ...(id === undefined ? {} : { id }), code, errorMessage });
  }
}

/** The frame as an object, whatever it holds. @throws ApiError 1002 (B5.10) */
function parseFrame(data: string): Fields {
  return fieldsOf(parseJson(data, 'The frame'), 'The frame');
}

/** The id that an answer to this frame must carry, as far as one is readable. */
function frameId(fields: Fields): string | undefined {
  const id = fields.get('id')?.[0];
  return typeof id === 'string' && characters(id) <= limits.frameIdCharacters ? id : undefined;
}

const idOf = (fields: Fields) => requiredText(fields, 'id', limits.frameIdCharacters);
