import { ApiError } from '../core/api-error.ts';
import type { HostedClientRow } from '../protocol/hosted-client-row.ts';
import { HostedClient } from './hosted-client.ts';
import type { InboxBounds } from './hosted-inbox.ts';

/** The simulated clients that the simulator runs for one app, by HTTP alone (B6). */
export class HostedClients {
  readonly #limit: number;
  readonly #bounds: InboxBounds;
  /** Those that still connect, too. */
  readonly #clients = new Map<string, HostedClient>();
  readonly #idPrefix: string;
  #lastId = 0;

  /**
   * @param limit clients at a time, open or not
   * @param bounds what each of them keeps
   * @param node the node that they are on; their ids name it
   */
  constructor(limit: number, bounds: InboxBounds, node?: string) {
    this.#limit = limit;
    this.#idPrefix = node === undefined ? '' : `${node}.`;
    this.#bounds = bounds;
  }

  /** In the order in which they were asked for. */
  list(): HostedClientRow[] {
    return [...this.#clients.values()].filter(hasConnected).map((client) => {
      const { id, userId, sessionId, inbox } = client;
      return { id, userId, sessionId, received: inbox.size + inbox.discarded, ...client.state };
    });
  }

  /**
   * Brings a client online; resolves when it is.
   * @param address with the login in its query
   * @throws ApiError 1002 when there are too many, or with the reason why the login was refused (B5.1)
   */
  async connect(userId: string, address: URL): Promise<HostedClient> {
    if (this.#clients.size >= this.#limit) throw tooMany(this.#limit);
    const id = `${this.#idPrefix}${++this.#lastId}`;
    const client = new HostedClient(id, userId, address, this.#bounds);
    this.#clients.set(id, client);
    try {
      await client.opened;
    } catch (error) {
      this.#clients.delete(id);
      throw error;
    }
    return client;
  }

  /** @throws ApiError 404 */
  get(id: string): HostedClient {
    const client = this.#clients.get(id);
    if (client !== undefined && hasConnected(client)) return client;
    throw new ApiError('notFound', `The app has no simulated client with the id ${JSON.stringify(id)}.`);
  }

  /** Takes a client offline and forgets it; resolves when its user has one session less. @throws ApiError 404 */
  async remove(id: string): Promise<void> {
    const client = this.get(id);
    this.#clients.delete(id);
    await client.close();
  }

  /** Cuts all of them off and forgets them. */
  clear(): void {
    for (const client of this.#clients.values()) client.cutOff();
    this.#clients.clear();
  }
}

function hasConnected(client: HostedClient): boolean {
  return client.sessionId !== undefined;
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
