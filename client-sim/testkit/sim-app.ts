import type {
  AppControl,
  DeliveryReport,
  Settled,
  SimEvent,
  Simulator,
  UserPresence,
} from '../../server/index.ts';
import { describeMessage } from '../claims/message-line.ts';
import { quote, quoteSome } from '../claims/quote.ts';
import type { SimClient, WaitOptions } from '../client.ts';
import type { ClientSocket } from '../client-socket.ts';
import { type ConnectOptions, connectClient } from '../connect.ts';
import { timeLimit } from '../time-limit.ts';
import { AppRecord } from './app-record.ts';
import { defaultContent } from './default-content.ts';
import { neverLookedAt } from './looked-at.ts';
import { inRealTicks } from './real-ticks.ts';
import { failure } from './verdict.ts';

/** A publish as a back end would send it. */
export interface SimPublish {
  from: string;
  to: string | readonly string[];
  /** Default: `RC:TxtMsg`. */
  objectName?: string;
  /** A text is sent verbatim, an object as JSON. Default: something valid for the type. */
  content?: string | object;
  /** The sender wants a copy (B1.6). */
  includeSender?: boolean;
  /** Skip recipients who block the sender (B1.8). */
  verifyBlacklist?: boolean;
}

/** How a user connects. */
export interface SimConnect extends Pick<ConnectOptions, 'platform' | 'inboxLimit' | 'timeoutMs'> {
  /** Over a real socket, not within the process. */
  socket?: boolean;
}

/** A test's own app, with users, sessions and time that no other test sees (B4.1). */
export class SimApp implements AsyncDisposable {
  readonly appKey: string;
  /** Where a back end sends its requests, with `appKey` as its App-Key. */
  readonly url: string;
  /** Where clients of your own connect; the query already has the App-Key. */
  readonly wsUrl: string;
  /** Freezes and advances the app's time. */
  readonly clock: AppControl['clock'];
  /** What goes wrong on purpose (B6.10). */
  readonly faults: AppControl['faults'];

  readonly #simulator: Simulator;
  readonly #control: AppControl;
  readonly #stopListening: () => void;
  readonly #record: AppRecord;
  /** User ids by open session, whoever opened it. */
  readonly #sessions = new Map<string, string>();
  #isResetting = false;
  readonly #connecting: Promise<SimClient>[] = [];
  readonly #onClose: () => Promise<void>;

  /** Use `startTestSim` or `createSimApp`. */
  constructor(simulator: Simulator, control: AppControl, onClose = async () => {}) {
    this.appKey = control.key;
    this.url = simulator.url;
    this.wsUrl = `${simulator.wsUrl}?appKey=${encodeURIComponent(control.key)}`;
    this.clock = control.clock;
    this.faults = control.faults;
    this.#simulator = simulator;
    this.#control = control;
    this.#record = new AppRecord(control, simulator);
    this.#onClose = onClose;
    this.#stopListening = control.listen((event) => this.note(event));
  }

  /** Opens a session, which `close` ends. Rejects with a `ConnectError`, or with an `ApiError` for a bad userId. */
  async connect(userId: string, { socket = false, ...options }: SimConnect = {}): Promise<SimClient> {
    const way = {
      dial: socket ? undefined : () => this.#simulator.dial(),
      gate: (over: ClientSocket) => this.gate(over, userId),
    };
    const login = this.login(userId);
    const connecting = inRealTicks(() => connectClient(this.wsUrl, { ...options, ...login }, way));
    this.#connecting.push(connecting);
    const client = await connecting;
    this.#record.follow(client);
    return client;
  }

  /** Resolves once the user is online: for clients of your own, which connect in their own time. Rejects after `timeoutMs`. */
  online(userId: string, { timeoutMs = 5000 }: WaitOptions = {}): Promise<void> {
    return inRealTicks(() => {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (this.presence(userId).online) end(resolve);
        };
        const end = (settle: () => void) => {
          stopListening();
          callOff();
          settle();
        };
        const stopListening = this.#control.listen(look);
        const callOff = timeLimit(timeoutMs, () => {
          end(() => reject(failure(`${quote(userId)} did not come online within ${timeoutMs} ms.`)));
        });
        look();
      });
    });
  }

  /** Publishes and reports the outcome for each recipient. Rejects with an `ApiError` if refused (B3). */
  async publish({ from, to, objectName = 'RC:TxtMsg', ...rest }: SimPublish): Promise<DeliveryReport> {
    const { content = defaultContent(objectName), includeSender = false, verifyBlacklist = false } = rest;
    const fields = {
      fromUserId: from,
      toUserId: to,
      objectName,
      content: typeof content === 'string' ? content : JSON.stringify(content),
      isIncludeSender: includeSender,
      verifyBlacklist,
    };
    return inRealTicks(() => this.#simulator.publish(fields, { appKey: this.appKey }).report);
  }

  /**
   * A barrier: everything published before has arrived, except in sessions that a fault holds, which it lists.
   * Rejects with an `ApiError` 1050 that names who did not confirm.
   */
  settle(timeoutMs?: number): Promise<Settled> {
    return inRealTicks(() => this.#control.settle(timeoutMs));
  }

  /** Whether a user is online, and with which sessions. */
  presence(userId: string): UserPresence {
    return this.#simulator.presence(userId, { appKey: this.appKey });
  }

  /**
   * Back to how the app was at the start: `connect`'s clients are closed, lists and clock are as they were, faults are gone,
   * and who is online in the simulator's `initialState` is so again.
   */
  async reset(): Promise<void> {
    this.#isResetting = true;
    try {
      await inRealTicks(() => this.#control.reset());
    } finally {
      this.#isResetting = false;
    }
  }

  /** A token for a client of your own. Throws an `ApiError` for a bad userId. */
  token(userId: string): string {
    return this.#control.token(userId);
  }

  /** Rejects with an AssertionError if clients received messages that nobody looked at. */
  async assertQuiet(): Promise<void> {
    await this.settle();
    const lines = (await this.#clients()).flatMap((client) => {
      const user = quote(client.userId);
      return neverLookedAt(client).map((message) => `\n  ${user}: ${describeMessage(message)}`);
    });
    if (lines.length === 0) return;
    const count = lines.length === 1 ? '1 message was' : `${lines.length} messages were`;
    throw failure(`${count} received and never looked at:${lines.join('')}`);
  }

  /**
   * Closes the clients and the app. Rejects with an AssertionError if an assertion was not awaited, or if sessions are
   * still open that `connect` did not open.
   */
  async close(): Promise<void> {
    const strangers = await inRealTicks(() => this.#close());
    this.#record.close();
    if (strangers.length > 0) throw failure(leak(strangers));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Returns the users whose sessions were left open. */
  async #close(): Promise<string[]> {
    const clients = await this.#clients();
    const strangers = await this.#strangers(clients);
    this.#control.close();
    this.#stopListening();
    await Promise.all(clients.map((client) => client.close()));
    await this.#onClose();
    return strangers;
  }

  protected login(userId: string): Pick<ConnectOptions, 'token' | 'userId'> {
    return { token: this.token(userId) };
  }

  /** What a client of this user gets for its socket. */
  protected gate(socket: ClientSocket, _userId: string): ClientSocket {
    return socket;
  }

  async #clients(): Promise<SimClient[]> {
    const results = await Promise.allSettled(this.#connecting);
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  /** Users with sessions that `connect` did not open. */
  async #strangers(clients: readonly SimClient[]): Promise<string[]> {
    const own = new Set(clients.map(({ sessionId }) => sessionId));
    const users = () => [...this.#sessions].filter(([id]) => !own.has(id)).map(([, userId]) => userId);
    if (users().length === 0) return [];
    // A session that is just closing is gone after a barrier.
    await this.settle(1000).catch(() => {});
    return users();
  }

  protected note(event: SimEvent): void {
    if (event.event === 'publish') this.#record.publishes.add(event);
    if (event.event !== 'session') return;
    // Whom a reset brings online, nobody has to close.
    if (event.state === 'opened' && !this.#isResetting) this.#sessions.set(event.sessionId, event.userId);
    else this.#sessions.delete(event.sessionId);
  }
}

function leak(userIds: readonly string[]): string {
  const sessions = userIds.length === 1 ? '1 session' : `${userIds.length} sessions`;
  return `Still open at the end: ${sessions} that sim.connect() did not open, of ${quoteSome(userIds)}. Close what a test opens itself.`;
}
