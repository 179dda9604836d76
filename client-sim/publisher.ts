import { createHash } from 'node:crypto';
import { once } from 'node:events';
// Not the global `fetch`: happy-dom replaces it by that of a page, which a back end is not.
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { customAlphabet } from 'nanoid';
import type { RecipientUID } from '../server/protocol/frames.ts';
import { checkTime, timeLimit } from './time-limit.ts';

export interface StatusPublisherOptions {
  /** Where RongCloud's API answers: the simulator's `url`, or the address of the real service. */
  url: string | URL;
  appKey?: string | undefined;
  /** Without it nothing is signed, as the simulator's open mode allows. */
  appSecret?: string | undefined;
  /** Milliseconds for the whole request; 10,000 unless told. */
  timeoutMs?: number | undefined;
  /** Milliseconds since 1970. */
  now?: (() => number) | undefined;
  nonce?: (() => string) | undefined;
}

export interface StatusPublish {
  fromUserId: string;
  toUserId: string | readonly string[];
  objectName: string;
  /** A text goes as it is; an object becomes JSON. */
  content: string | object;
  verifyBlacklist?: boolean;
  isIncludeSender?: boolean;
}

export interface StatusPublished {
  messageUIDs: RecipientUID[];
  /** The answer's `X-Request-Id`. */
  requestId: string | undefined;
}

/** The service answered, and refused (A5). */
export class PublishRefused extends Error {
  override name = 'PublishRefused';
  /** RongCloud's code; the HTTP status when the answer had none. */
  readonly code: number;
  /** The HTTP status. */
  readonly status: number;
  readonly errorMessage: string;
  readonly requestId: string | undefined;

  constructor(code: number, status: number, errorMessage: string, requestId?: string) {
    super(`The publish was refused with ${code} (HTTP ${status}): ${errorMessage}`);
    this.code = code;
    this.status = status;
    this.errorMessage = errorMessage;
    this.requestId = requestId;
  }
}

const path = '/statusmessage/private/publish.json';

/** Digits alone, and 18 at most: what the documentation asks for. */
const randomNonce = customAlphabet('0123456789', 18);

/** Publishes status messages as an application's server does, over RongCloud's own HTTP call (A1). */
export class StatusPublisher {
  readonly #url: string;
  readonly #options: StatusPublisherOptions;
  readonly #timeoutMs: number;

  constructor(options: StatusPublisherOptions) {
    if (options.appSecret !== undefined && !options.appKey)
      throw new TypeError('An appSecret needs its appKey.');
    const { timeoutMs = 10_000 } = options;
    checkTime('timeoutMs', timeoutMs);
    this.#timeoutMs = timeoutMs;
    this.#url = String(options.url).replace(/\/+$/, '') + path;
    this.#options = options;
  }

  /**
   * Rejects with `PublishRefused`; when no answer comes, with a `TimeoutError` after `timeoutMs` or an `Error` that has a
   * `cause`; and with a `TypeError` for what is no text. Follows no redirect: the request is signed for one host.
   */
  async publish(publish: StatusPublish): Promise<StatusPublished> {
    const { status, requestId, body } = await this.#post(String(form(publish)));
    const { code, errorMessage, messageUIDs = [] } = parseObject(body);
    if (code === 200) return { messageUIDs, requestId };
    const start = body.slice(0, 40);
    if (typeof code !== 'number' && status < 300)
      throw new Error(`What answered with HTTP ${status} is not RongCloud's API: ${start}`);
    const reason = errorMessage ?? `the answer was no error of RongCloud: ${start}`;
    throw new PublishRefused(code ?? status, status, reason, requestId);
  }

  async #post(form: string): Promise<Answer> {
    const timeoutMs = this.#timeoutMs;
    const send = this.#url.startsWith('https:') ? requestHttps : requestHttp;
    const request = send(this.#url, { method: 'POST', headers: this.#headers() });
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    request.on('error', () => {}); // one may also come while the answer is being read, which then says so
    let timeout: Error | undefined;
    const callOff = timeLimit(timeoutMs, () => {
      timeout = new DOMException(`No answer came within ${timeoutMs} ms.`, 'TimeoutError');
      request.destroy(timeout);
    });
    try {
      request.end(form);
      const [response] = await answered;
      const requestId = response.headers['x-request-id'] as string | undefined;
      return { status: response.statusCode!, requestId, body: await text(response) };
    } catch (cause) {
      const { message, code } = cause as NodeJS.ErrnoException;
      throw timeout ?? new Error(`The publish got no answer: ${message || code}`, { cause });
    } finally {
      callOff();
    }
  }

  #headers(): Record<string, string> {
    const { appKey, appSecret, now = Date.now, nonce: newNonce = randomNonce } = this.#options;
    const headers: Record<string, string> = {
      'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
      ...(appKey === undefined ? {} : { 'App-Key': appKey }),
    };
    if (appSecret === undefined) return headers;
    const nonce = newNonce();
    // In seconds, as all official SDKs send it (A2).
    const timestamp = String(Math.floor(now() / 1000));
    const signature = createHash('sha1')
      .update(appSecret + nonce + timestamp)
      .digest('hex');
    return { ...headers, Nonce: nonce, Timestamp: timestamp, Signature: signature };
  }
}

function form({ fromUserId, toUserId, objectName, content, ...flags }: StatusPublish): URLSearchParams {
  const fields: [string, unknown][] = [
    ['fromUserId', fromUserId],
    ...[toUserId].flat().map((userId): [string, unknown] => ['toUserId', userId]),
    ['objectName', objectName],
    ['content', content !== null && typeof content === 'object' ? JSON.stringify(content) : content],
    ['verifyBlacklist', flags.verifyBlacklist ? '1' : '0'],
    ['isIncludeSender', flags.isIncludeSender ? '1' : '0'],
  ];
  const body = new URLSearchParams();
  for (const [name, value] of fields) {
    // A form would make a text of anything: of a missing value, "undefined".
    if (typeof value !== 'string')
      throw new TypeError(`A publish needs a text as its ${name}, not ${value}.`);
    body.append(name, value);
  }
  return body;
}

/** As it came over HTTP. */
interface Answer {
  status: number;
  requestId: string | undefined;
  body: string;
}

interface AnswerBody {
  code?: number;
  messageUIDs?: RecipientUID[];
  errorMessage?: string;
}

/** An empty object for what is no JSON object: a proxy may answer instead of the service. */
function parseObject(text: string): AnswerBody {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
