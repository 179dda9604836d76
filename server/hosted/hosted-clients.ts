import { ConnectError, type ConnectOptions, connectClient } from '../../client-sim/connect.ts';
import { ApiError } from '../core/api-error.ts';
import type { HostedClientRow } from '../protocol/hosted-client-row.ts';
import { answerTimeoutMs, HostedClient } from './hosted-client.ts';

/** How much the inbox of each client keeps. */
export interface InboxBounds {
  readonly inboxFrames: number;
  /** As they came over the wire. */
  readonly inboxBytes: number;
}

/**
 * The simulated clients that the simulator runs for one app, by HTTP alone (B6.4). They come in through its own port like
 * any others, so that kicks, heartbeats and faults are as real for them.
 */
export class HostedClients {
  readonly #limit: number;
  readonly #bounds: InboxBounds;
  /** By id, in the order in which they were asked for; undefined while one connects. */
  readonly #clients = new Map<string, HostedClient | undefined>();
  readonly #idPrefix: string;
  #lastId = 0;
  /** Calls off those that connect. */
  #ending = new AbortController();

  /**
   * @param limit clients at a time, open or not
   * @param node the node that they are on; their ids name it
   */
  constructor(limit: number, bounds: InboxBounds, node?: string) {
    this.#limit = limit;
    this.#idPrefix = node === undefined ? '' : `${node}.`;
    this.#bounds = bounds;
  }

  list(): HostedClientRow[] {
    return [...this.#clients.values()].flatMap((client) => client?.row ?? []);
  }

  /**
   * Brings a client online; resolves when it is.
   * @throws ApiError 1002 when there are too many, or with the reason why the login was refused (B5.1)
   */
  async connect(wsUrl: string, login: ConnectOptions): Promise<HostedClientRow> {
    if (this.#clients.size >= this.#limit) throw tooMany(this.#limit);
    const id = `${this.#idPrefix}${++this.#lastId}`;
    const { signal } = this.#ending;
    const { inboxFrames: inboxLimit, inboxBytes } = this.#bounds;
    const options = { ...login, inboxLimit, inboxBytes, timeoutMs: answerTimeoutMs, signal };
    this.#clients.set(id, undefined);
    try {
      const client = new HostedClient(id, await connectClient(wsUrl, options));
      if (signal.aborted) void client.close(0); // in the very moment in which it was online
      signal.throwIfAborted();
      this.#clients.set(id, client);
      return client.row;
    } catch (error) {
      if (!signal.aborted) this.#clients.delete(id);
      throw error instanceof ConnectError ? new ApiError('badParameter', error.reason) : error;
    }
  }

  /** @throws ApiError 404 */
  get(id: string): HostedClient {
    const client = this.#clients.get(id);
    if (client !== undefined) return client;
    throw new ApiError('notFound', `The app has no simulated client with the id ${JSON.stringify(id)}.`);
  }

  /** Takes a client offline and forgets it; resolves when its user has one session less. @throws ApiError 404 */
  async remove(id: string): Promise<void> {
    const client = this.get(id);
    this.#clients.delete(id);
    await client.close();
  }

  /** Cuts all of them off and forgets them, and their ids. */
  clear(): void {
    this.#ending.abort(new ApiError('badParameter', 'The client was closed while it connected.'));
    this.#ending = new AbortController();
    for (const client of this.#clients.values()) void client?.close(0);
    this.#clients.clear();
    this.#lastId = 0;
  }
}

/** The node that the client with this id is on; undefined without a cluster. */
export function nodeOfClient(id: string): string | undefined {
  const end = id.lastIndexOf('.');
  return end === -1 ? undefined : id.slice(0, end);
}

function tooMany(limit: number): ApiError {
  return new ApiError(
    'badParameter',
    `The app has ${limit} simulated clients already, the most it may: DELETE one, or reset the app.`,
  );
}
