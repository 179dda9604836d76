import { createHash } from 'node:crypto';
import { customAlphabet } from 'nanoid';
import type { RecipientUID } from '../server/protocol/frames.ts';

export interface StatusPublisherOptions {
  /** Where RongCloud's API answers: the simulator's `url`, or the address of the real service. */
  url: string | URL;
  appKey?: string | undefined;
  /** Without it nothing is signed, as the simulator's open mode allows. */
  appSecret?: string | undefined;
  /** Milliseconds for the whole request; 10,000 unless told. */
  timeoutMs?: number | undefined;
  fetch?: typeof fetch | undefined;
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

  constructor(options: StatusPublisherOptions) {
    if (options.appSecret !== undefined && !options.appKey)
      throw new TypeError('An appSecret needs its appKey.');
    this.#url = String(options.url).replace(/\/+$/, '') + path;
    this.#options = options;
  }

  /** Rejects with `PublishRefused`, or as `fetch` does: on network errors, and with a `TimeoutError` after `timeoutMs`. */
  async publish(publish: StatusPublish): Promise<StatusPublished> {
    const { fetch = globalThis.fetch, timeoutMs = 10_000 } = this.#options;
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: this.#headers(),
      body: form(publish),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return readAnswer(response);
  }

  #headers(): Record<string, string> {
    const { appKey, appSecret, now = Date.now, nonce: newNonce = randomNonce } = this.#options;
    const headers: Record<string, string> = appKey === undefined ? {} : { 'App-Key': appKey };
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
  const body = new URLSearchParams({ fromUserId });
  for (const userId of [toUserId].flat()) body.append('toUserId', userId);
  body.append('objectName', objectName);
  body.append('content', typeof content === 'string' ? content : JSON.stringify(content));
  body.append('verifyBlacklist', flags.verifyBlacklist ? '1' : '0');
  body.append('isIncludeSender', flags.isIncludeSender ? '1' : '0');
  return body;
}

async function readAnswer(response: Response): Promise<StatusPublished> {
  const requestId = response.headers.get('X-Request-Id') ?? undefined;
  const text = await response.text();
  const answer = parseObject(text);
  if (answer.code === 200) return { messageUIDs: answer.messageUIDs ?? [], requestId };
  const errorMessage = answer.errorMessage ?? `the answer was no error of RongCloud: ${text.slice(0, 40)}`;
  throw new PublishRefused(answer.code ?? response.status, response.status, errorMessage, requestId);
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
