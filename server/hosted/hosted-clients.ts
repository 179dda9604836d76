import { ApiError } from '../core/api-error.ts';
import { HostedClient } from './hosted-client.ts';
import type { InboxBounds } from './hosted-inbox.ts';

/** The simulated clients that the simulator runs for one app, by HTTP alone (B6). */
export class HostedClients {
  readonly #limit: number;
  readonly #bounds: InboxBounds;
  /** Those that still connect, too. */
  readonly #clients = new Map<string, HostedClient>();
  #lastId = 0;

  /** @param limit clients at a time, open or not @param bounds what each of them keeps */
  constructor(limit: number, bounds: InboxBounds) {
    this.#limit = limit;
    this.#bounds = bounds;
  }

  /** In the order in which they were asked for. */
  list(): HostedClient[] {
    return [...this.#clients.values()].filter(hasConnected);
  }

  /**
   * Brings a client online; resolves when it is.
   * @param address with the login in its query
   * @throws ApiError 1002 when there are too many, or with the reason why the login was refused (B5.1)
   */
  async connect(userId: string, address: URL): Promise<HostedClient> {
    if (this.#clients.size >= this.#limit) throw tooMany(this.#limit);
    const id = String(++this.#lastId);
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

function tooMany(limit: number): ApiError {
  return new ApiError(
    'badParameter',
    `The app has ${limit} simulated clients already, the most it may: DELETE one, or reset the app.`,
  );
}
