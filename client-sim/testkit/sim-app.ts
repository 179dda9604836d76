import { AssertionError } from 'node:assert';
import type {
  AppControl,
  DeliveryReport,
  Settled,
  SimEvent,
  Simulator,
  UserPresence,
} from '../../server/index.ts';
import type { SimClient } from '../client.ts';
import type { ClientSocket } from '../client-socket.ts';
import { type ConnectOptions, connectClient } from '../connect.ts';
import { AppRecord } from './app-record.ts';
import { defaultContent } from './default-content.ts';
import { neverLookedAt } from './looked-at.ts';
import { describeMessage } from './message-line.ts';
import { quote, quoteSome } from './quote.ts';

/** A publish as an application's server would send it. */
export interface SimPublish {
  from: string;
  to: string | readonly string[];
  /** `RC:TxtMsg` unless told. */
  objectName?: string;
  /** A text goes as it is, an object becomes JSON; something that suits the type unless told. */
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

/** What a test has of its own: an app, with users, sessions and time that no other test sees (B4.1). */
export class SimApp implements AsyncDisposable {
  readonly appKey: string;
  /** Where a back end sends its requests, with `appKey` as its App-Key. */
  readonly url: string;
  /** Where other clients connect: it has the app's key in its query already. */
  readonly wsUrl: string;
  /** Freeze the app's time, advance it, run it to its next timer. */
  readonly clock: AppControl['clock'];
  /** What goes wrong for users, on purpose (B6). */
  readonly faults: AppControl['faults'];

  readonly #simulator: Simulator;
  readonly #control: AppControl;
  readonly #stopListening: () => void;
  readonly #record: AppRecord;
  /** Users by the id of their open session, whoever opened it. */
  readonly #sessions = new Map<string, string>();
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
    this.#record = new AppRecord(control);
    this.#onClose = onClose;
    this.#stopListening = control.listen((event) => this.#note(event));
  }

  /** Opens a session, which ends with the app. Rejects with a `ConnectError`, or an `ApiError` for a bad userId. */
  async connect(userId: string, { socket = false, ...options }: SimConnect = {}): Promise<SimClient> {
    const way = {
      dial: socket ? undefined : () => this.#simulator.dial(),
      gate: (over: ClientSocket) => this.gate(over, userId),
    };
    const connecting = connectClient(this.wsUrl, { ...options, ...this.login(userId) }, way);
    this.#connecting.push(connecting);
    const client = await connecting;
    this.#record.follow(client);
    return client;
  }

  /** Publishes, and tells what became of it for each recipient. Rejects with an `ApiError` when refused (B3). */
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
    return this.#simulator.publish(fields, { appKey: this.appKey }).report;
  }

  /**
   * A barrier: all that was published before has arrived, but where a fault holds a session: those it tells of.
   * Rejects with an `ApiError` 1050 naming who did not confirm.
   */
  settle(timeoutMs?: number): Promise<Settled> {
    return this.#control.settle(timeoutMs);
  }

  /** Whether a user is online, and with which sessions. */
  presence(userId: string): UserPresence {
    return this.#simulator.presence(userId, { appKey: this.appKey });
  }

  /** What this user logs in with when a client of your own wants a token. Throws an `ApiError` for a bad userId. */
  token(userId: string): string {
    return this.#control.token(userId);
  }

  /** Rejects with an AssertionError that names what clients received and nobody ever looked at. */
  async assertQuiet(): Promise<void> {
    await this.settle();
    const lines = (await this.#clients()).flatMap((client) => {
      const user = quote(client.userId);
      return neverLookedAt(client).map((message) => `\n  ${user}: ${describeMessage(message)}`);
    });
    if (lines.length === 0) return;
    const count = lines.length === 1 ? '1 message was' : `${lines.length} messages were`;
    throw new AssertionError({ message: `${count} received and never looked at:${lines.join('')}` });
  }

  /** Closes the clients and the app. Rejects with an AssertionError when sessions are open that `connect` did not open. */
  async close(): Promise<void> {
    const clients = await this.#clients();
    const strangers = await this.#strangers(clients);
    this.#control.close();
    this.#stopListening();
    await Promise.all(clients.map((client) => client.close()));
    await this.#onClose();
    if (strangers.length > 0) throw new AssertionError({ message: leak(strangers) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
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

  /** The users of other sessions. */
  async #strangers(clients: readonly SimClient[]): Promise<string[]> {
    const own = new Set(clients.map(({ sessionId }) => sessionId));
    const users = () => [...this.#sessions].filter(([id]) => !own.has(id)).map(([, userId]) => userId);
    if (users().length === 0) return [];
    // One that is closing at this moment is gone after a barrier; one that does not pass it is there.
    await this.settle(1000).catch(() => {});
    return users();
  }

  #note(event: SimEvent): void {
    if (event.event === 'publish') this.#record.publishes.add(event);
    if (event.event !== 'session') return;
    if (event.state === 'opened') this.#sessions.set(event.sessionId, event.userId);
    else this.#sessions.delete(event.sessionId);
  }
}

function leak(userIds: readonly string[]): string {
  const sessions = userIds.length === 1 ? '1 session' : `${userIds.length} sessions`;
  return `Still open at the end: ${sessions} that sim.connect() did not open, of ${quoteSome(userIds)}. Close what a test opens itself.`;
}
