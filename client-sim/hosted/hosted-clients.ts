import { ApiError } from '../../server/core/api-error.ts';
import type { SimEvent } from '../../server/core/sim-event.ts';
import { connectPath } from '../../server/protocol/frames.ts';
import type { AppHistory } from '../claims/evidence.ts';
import { PublishLog } from '../claims/publish-log.ts';
import { ConnectError, connectClient } from '../connect.ts';
import { answerTimeoutMs, HostedClient, type HostedClientRow } from './hosted-client.ts';
import { type Configured, type HostedUser, initialStateOf } from './initial-state.ts';

interface HostedSettings extends Configured {
  /** Clients at a time, open or not. */
  readonly hostedClients: number;
  /** Kept in the inbox of each. */
  readonly inboxFrames: number;
  /** As they came over the wire. */
  readonly inboxBytes: number;
}

/** Calls `listener` at each event of the app; what comes back ends that. */
type Listen = (listener: (event: SimEvent) => void, appKey: string) => (() => void) | Promise<() => void>;

/** Tells who is online, on whatever node. */
interface Directory {
  catchUp(): unknown;
  isOnline(userId: string): boolean;
}

/**
 * The simulated clients that the simulator runs for one app, controlled over HTTP (B6.4). They connect to its own port
 * like any others, so that kicks, heartbeats and faults are as real for them.
 */
export class HostedClients {
  readonly #settings: HostedSettings;
  readonly #tokenFor: (userId: string) => string;
  /** By id, in the order of the calls; undefined while one connects. */
  readonly #clients = new Map<string, HostedClient | undefined>();
  readonly #idPrefix: string;
  readonly #appKey: string;
  #lastId = 0;
  /** Publishes are heard of only while there are clients, to explain what these did not receive. */
  #history: AppHistory;
  #hearing: Promise<() => void> | undefined;
  /** Aborts those that are connecting. */
  #ending = new AbortController();

  /**
   * @param node the node that they are on; their ids name it
   */
  constructor(appKey: string, tokenFor: (userId: string) => string, settings: HostedSettings, node?: string) {
    this.#appKey = appKey;
    this.#tokenFor = tokenFor;
    this.#settings = settings;
    this.#history = historyOf(appKey);
    this.#idPrefix = node === undefined ? '' : `${node}.`;
  }

  list(): HostedClientRow[] {
    return [...this.#clients.values()].flatMap((client) => client?.row ?? []);
  }

  /**
   * Brings a client online; resolves when it is.
   * @param host where the server is reached
   * @throws ApiError 1002 when there are too many, or with the reason why the login was refused (B5.1)
   */
  async connect(host: string, { userId, platform }: HostedUser, listen: Listen): Promise<HostedClientRow> {
    const { hostedClients: limit, inboxFrames: inboxLimit, inboxBytes } = this.#settings;
    if (this.#clients.size >= limit) {
      const problem = `The app has ${limit} simulated clients already, the most it may`;
      throw new ApiError('badParameter', `${problem}: DELETE one, or reset the app.`);
    }
    const login = { appKey: this.#appKey, token: this.#tokenFor(userId), platform };
    const id = `${this.#idPrefix}${++this.#lastId}`;
    const { signal } = this.#ending;
    const options = { ...login, inboxLimit, inboxBytes, timeoutMs: answerTimeoutMs, signal };
    this.#clients.set(id, undefined);
    try {
      await this.#hear(listen);
      const connected = await connectClient(`ws://${host}${connectPath}`, options);
      const client = new HostedClient(id, connected, this.#history);
      if (signal.aborted) void client.close(0); // at the very moment it came online
      signal.throwIfAborted();
      this.#clients.set(id, client);
      return client.row;
    } catch (error) {
      if (!signal.aborted) this.#forget(id);
      throw error instanceof ConnectError ? new ApiError('badParameter', error.reason) : error;
    }
  }

  /** Brings those online who are so at the start, unless they are already: on another node, say. */
  async restore(host: string, directory: Directory, listen: Listen): Promise<void> {
    const { online = [] } = initialStateOf(this.#settings, this.#appKey);
    if (online.length > 0) await directory.catchUp();
    const absent = online.filter(({ userId }) => !directory.isOnline(userId));
    for (const user of absent) await this.connect(host, user, listen);
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
    this.#forget(id);
    await client.close();
  }

  /** Disconnects and forgets all of them and their ids. */
  clear(): void {
    if (this.#clients.size > 0) {
      this.#ending.abort(new ApiError('badParameter', 'The client was closed while it connected.'));
      this.#ending = new AbortController();
    }
    for (const client of this.#clients.values()) void client?.close(0);
    this.#clients.clear();
    this.#lastId = 0;
    this.#hearNoMore();
  }

  #hear(listen: Listen): Promise<unknown> {
    const { publishes } = this.#history;
    const note = (event: SimEvent) => event.event === 'publish' && publishes.add(event);
    this.#hearing ??= Promise.resolve(listen(note, this.#appKey));
    return this.#hearing;
  }

  #forget(id: string): void {
    this.#clients.delete(id);
    if (this.#clients.size === 0) this.#hearNoMore();
  }

  #hearNoMore(): void {
    this.#hearing?.then(
      (end) => end(),
      () => {}, // whoever connected was told
    );
    this.#hearing = undefined;
    this.#history = historyOf(this.#appKey);
  }
}

function historyOf(appKey: string): AppHistory {
  const publishes = new PublishLog(appKey);
  return { publishes, hintsAbout: () => publishes.hints };
}

/** The node that the client with this id is on; undefined without a cluster. */
export function nodeOfClient(id: string): string | undefined {
  const end = id.lastIndexOf('.');
  return end === -1 ? undefined : id.slice(0, end);
}
