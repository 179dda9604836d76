/** A message as the client hands it to its app. */
export interface ReceivedMessage {
  conversationType: number;
  targetId: string;
  senderUserId: string;
  messageType: string;
  messageUId: string;
  content: unknown;
  sentTime: number;
  /** 1: sent by this user, 2: received. */
  messageDirection: number;
  isStatusMessage: boolean;
  isOffLineMessage: boolean;
}

/** Who types in a conversation. */
export interface TypingStatus {
  conversationType: number;
  targetId: string;
  list: { userId: string; messageType: string }[];
}

/** What happens to the web app, by name. */
export interface WebEvents {
  LOADED: undefined;
  /** The host of an address outside this machine that the client tried to reach. */
  BLOCKED: string;
  CONNECTING: undefined;
  CONNECTED: undefined;
  SUSPEND: number;
  DISCONNECT: number;
  /** It has heard that nothing is stored for it. */
  PULL_OFFLINE_MESSAGE_FINISHED: undefined;
  CONVERSATION: undefined;
  MESSAGES: ReceivedMessage[];
  TYPING_STATUS: TypingStatus[];
}

/** What a call of the client answers. */
export interface WebResult {
  code: number;
  data?: { userId?: string };
}

/** A web app on RongCloud's client, wherever it runs; see client/web-app.js for what it can do. */
export abstract class WebClient {
  readonly #told: { [Name in keyof WebEvents]?: WebEvents[Name][] } = {};
  readonly #waiting = new Set<() => void>();
  /** Rejects when the app has come to its end, with what it had to say. */
  protected readonly ended: Promise<never>;

  constructor(ended: Promise<never>) {
    this.ended = ended;
    ended.catch(() => {}); // whoever waits for the app hears of it
  }

  /** Has the app do this. */
  abstract call(method: string, ...args: unknown[]): Promise<unknown>;
  abstract close(): Promise<void>;

  async connect(token: string): Promise<WebResult> {
    return (await this.call('connect', token)) as WebResult;
  }

  /** The next event of this name that was not taken yet. */
  async next<Name extends keyof WebEvents>(name: Name): Promise<WebEvents[Name]> {
    const events = this.#eventsOf(name);
    while (events.length === 0) await Promise.race([this.ended, this.#change()]);
    return events.shift()!;
  }

  /** Drops the events that were not taken. */
  forget(): void {
    for (const events of Object.values(this.#told)) events.length = 0;
  }

  /** How many events of this name wait to be taken. */
  count(name: keyof WebEvents): number {
    return this.#eventsOf(name).length;
  }

  protected tell(name: keyof WebEvents, data: unknown): void {
    this.#eventsOf(name).push(data as never);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #eventsOf<Name extends keyof WebEvents>(name: Name): WebEvents[Name][] {
    this.#told[name] ??= [] as never;
    return this.#told[name]!;
  }
}

/** Where web apps run. */
export interface WebHost {
  start(): Promise<WebClient>;
  close(): Promise<void>;
}
