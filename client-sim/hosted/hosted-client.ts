import { ApiError } from '../../server/core/api-error.ts';
import { type ErrorName, errorCodes } from '../../server/protocol/error-codes.ts';
import type { RecipientUID } from '../../server/protocol/frames.ts';
import {
  received,
  receivedNothing,
  receivedOnce,
  type Search,
  search,
  type Verdict,
} from '../claims/claims.ts';
import { count, missing, nothing, unwanted } from '../claims/client-failure.ts';
import type { AppHistory, Evidence } from '../claims/evidence.ts';
import { type MessagePattern, mismatches } from '../claims/message-pattern.ts';
import { quote } from '../claims/quote.ts';
import { PublishError, type SimClient } from '../client.ts';
import type { Match, ReceivedFrame } from '../inbox.ts';

/** A hosted client in the answer of `GET /sim/clients` (B6.4). */
export interface HostedClientRow {
  id: string;
  userId: string;
  /** Undefined until the session is open. */
  sessionId: string | undefined;
  /** Frames, including those that its inbox has discarded. */
  received: number;
  open: boolean;
  /** How the session ended; the codes are those of B5.4. */
  closing?: { code: number; reason: string };
}

/** What may be claimed of a client, in the words of the test kit's assertions. */
const claims = {
  received,
  receivedOnce,
  receivedNothing: ({ evidence, pattern, matching }: Search): Verdict =>
    receivedNothing(Object.keys(pattern).length === 0 ? evidence : { ...evidence, messages: matching }),
} as const;

export type Claim = keyof typeof claims;
export const claimNames = Object.keys(claims) as Claim[];

/** How long to look, and what is known besides what the client received. */
export interface Looking {
  waitMs: number;
  /** Ends the wait. */
  signal: AbortSignal;
  /** The fault that holds the session, as a clause. */
  hindrance: string | undefined;
}

/** A simulated client that the simulator runs itself (B6.4): its state, and its failures as refusals. */
export class HostedClient {
  readonly #id: string;
  readonly #client: SimClient;
  readonly #history: AppHistory;

  constructor(id: string, client: SimClient, history: AppHistory) {
    this.#id = id;
    this.#client = client;
    this.#history = history;
  }

  get row(): HostedClientRow {
    const { userId, sessionId, received, discarded } = this.#client;
    return { id: this.#id, userId, sessionId, received: received.length + discarded, ...this.#state };
  }

  get session(): { userId: string; sessionId: string } {
    return this.#client;
  }

  /**
   * The frames of its inbox that match, as soon as there is one; none when the time is up, when `signal` aborts, or when
   * no more can come, and then why. Looking takes nothing away.
   */
  async look(match: MessagePattern, { waitMs: timeoutMs, signal, hindrance }: Looking) {
    const frames = await this.#client.look(match as Match, { timeoutMs, signal });
    const found = { frames, discarded: this.#client.discarded, ...this.#state };
    return frames.length > 0 ? found : { ...found, explanation: explain(this.#evidence(hindrance), match) };
  }

  /**
   * Judges a claim as the test kit does: behind a barrier, unless nothing more can come.
   * @throws ApiError 1050 when the barrier cannot be passed
   */
  async expect(claim: Claim, pattern: MessagePattern, { waitMs, signal, hindrance }: Looking) {
    const isMatch = (frame: ReceivedFrame) => mismatches(frame, pattern).length === 0;
    if (waitMs > 0) await this.#client.look(isMatch, { timeoutMs: waitMs, signal });
    if (hindrance === undefined) await this.settle();
    const found = search(this.#evidence(hindrance), pattern);
    const { pass, message } = claims[claim](found);
    const isMissing = found.matching.length === 0 && claim !== 'receivedNothing';
    return { holds: pass, explanation: pass || isMissing ? explain(found.evidence, pattern) : message() };
  }

  /**
   * A barrier: afterwards the inbox holds all that was handed to the session before (B5.12). Once the session has ended,
   * nothing more can come.
   * @throws ApiError 1050 when the simulator does not answer within `timeoutMs` of real time
   */
  async settle(timeoutMs = answerTimeoutMs): Promise<void> {
    await this.#client.settle({ timeoutMs }).catch(() => {
      if (this.#client.closing === undefined) throw this.#noAnswer(timeoutMs);
    });
  }

  /**
   * An upstream publish (B5.8).
   * @throws ApiError as the simulator refuses it (B3), 1002 when the session has ended, 1050 without an answer
   */
  async publish(fields: object): Promise<RecipientUID[]> {
    try {
      return await this.#client.publishFields(fields);
    } catch (error) {
      if (error instanceof PublishError) throw refusal(error);
      const { closing } = this.#client;
      if (closing === undefined) throw this.#noAnswer(answerTimeoutMs);
      throw new ApiError('badParameter', `${this.#name} is offline: its session ended with ${closing.code}.`);
    }
  }

  /** Goes offline; resolves when it is. */
  async close(timeoutMs = 1000): Promise<void> {
    await this.#client.close({ timeoutMs });
  }

  /** Whether its session is open, and if not, how it ended. */
  get #state(): Pick<HostedClientRow, 'open' | 'closing'> {
    const { closing } = this.#client;
    return closing === undefined ? { open: true } : { open: false, closing };
  }

  #evidence(hindrance: string | undefined): Evidence {
    const { userId, platform, received, closing, discarded } = this.#client;
    const name = quote(userId) + (platform === undefined ? '' : ` (${platform})`);
    const client = { userId, discarded };
    return { client, name, messages: [...received], closing, hindrance, record: this.#history };
  }

  get #name(): string {
    return `The client ${JSON.stringify(this.#id)} of ${JSON.stringify(this.#client.userId)}`;
  }

  #noAnswer(timeoutMs: number): ApiError {
    return new ApiError('timedOut', `${this.#name} got no answer within ${timeoutMs} ms.`);
  }
}

/** What the client received of this, and else why it did not. */
function explain(evidence: Evidence, pattern: MessagePattern): string {
  const { matching } = search(evidence, pattern);
  const isAny = Object.keys(pattern).length === 0;
  if (matching.length > 0) return unwanted(evidence, isAny ? count(matching) : quote(pattern), matching);
  return isAny ? nothing(evidence) : missing(evidence, pattern);
}

/** Real time for an answer to a frame, unless told otherwise. */
export const answerTimeoutMs = 5000;

/** A refusal over the wire as a refusal of the HTTP call. */
function refusal({ code, errorMessage }: PublishError): ApiError {
  const known = Object.entries(errorCodes).find(([, each]) => each.code === code);
  return new ApiError((known?.[0] ?? 'internal') as ErrorName, errorMessage);
}
