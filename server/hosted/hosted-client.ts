import { PublishError, type SimClient } from '../../client-sim/client.ts';
import type { Match } from '../../client-sim/inbox.ts';
import { ApiError } from '../core/api-error.ts';
import { type ErrorName, errorCodes } from '../protocol/error-codes.ts';
import type { RecipientUID } from '../protocol/frames.ts';
import type { HostedClientRow } from '../protocol/hosted-client-row.ts';

/** A simulated client that the simulator runs itself (B6.4): what it says of itself, and its failures as refusals. */
export class HostedClient {
  readonly #id: string;
  readonly #client: SimClient;

  constructor(id: string, client: SimClient) {
    this.#id = id;
    this.#client = client;
  }

  get row(): HostedClientRow {
    const { userId, sessionId, received, discarded } = this.#client;
    return { id: this.#id, userId, sessionId, received: received.length + discarded, ...this.#state };
  }

  /**
   * The frames of its inbox that match, as soon as there is one; none when the time is up, when `signal` aborts, or when
   * no more can come. Looking takes nothing away.
   */
  async look(match: Match, timeoutMs: number, signal: AbortSignal) {
    const frames = await this.#client.look(match, { timeoutMs, signal });
    return { frames, discarded: this.#client.discarded, ...this.#state };
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

  get #name(): string {
    return `The client ${JSON.stringify(this.#id)} of ${JSON.stringify(this.#client.userId)}`;
  }

  #noAnswer(timeoutMs: number): ApiError {
    return new ApiError('timedOut', `${this.#name} got no answer within ${timeoutMs} ms.`);
  }
}

/** Real time for an answer to a frame, unless told otherwise. */
export const answerTimeoutMs = 5000;

/** What was refused over the wire, as a refusal of the call that asked for it. */
function refusal({ code, errorMessage }: PublishError): ApiError {
  const known = Object.entries(errorCodes).find(([, each]) => each.code === code);
  return new ApiError((known?.[0] ?? 'internal') as ErrorName, errorMessage);
}
