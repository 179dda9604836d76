import type { AddressInfo } from 'node:net';
import type { App, UserPresence } from './app.ts';
import { Apps } from './apps.ts';
import type { AppClock } from './clock/app-clock.ts';
import type { DeliveryReport } from './core/delivery-report.ts';
import { fieldsOf } from './core/parameters.ts';
import { parsePublish } from './core/publish-request.ts';
import type { SimEvent } from './core/sim-event.ts';
import { connectPath, Gateway } from './gateway/gateway.ts';
import { createHttpServer } from './http/http-server.ts';
import type { RecipientUID } from './protocol/frames.ts';
import { type SimulatorOptions, settingsOf } from './settings.ts';
import { Trace } from './trace.ts';

/** The parameters of a publish, named as on the wire (A1). */
export interface PublishFields {
  fromUserId: string;
  toUserId: string | readonly string[];
  objectName: string;
  content: string;
  verifyBlacklist?: 0 | 1 | boolean;
  isIncludeSender?: 0 | 1 | boolean;
}

/** Which app is meant. Default: the one app there is, or `default` in open mode. */
export interface AppChoice {
  appKey?: string;
}

/** What a test steers one app with, apart from all others (B4.1). */
export interface AppControl {
  readonly key: string;
  /** Freeze it, advance it, run it to its next timer. */
  readonly clock: Pick<AppClock, 'read' | 'freeze' | 'resume' | 'advance' | 'runToNextTimer'>;
  /**
   * A barrier: resolves when every session has shown that all handed to it before has arrived.
   * @throws ApiError 1050, naming the users whose clients did not within `timeoutMs` (5000 unless told)
   */
  settle(timeoutMs?: number): Promise<void>;
  /** Calls `listener` at each event of this app; returns what ends that. */
  listen(listener: (event: SimEvent) => void): () => void;
  /** Back to how a new app is: nobody connected, nobody blocked, nothing counted, the time running. */
  reset(): void;
  /** Closes every session and, in open mode, forgets the app. */
  close(): void;
}

/** A running simulator. */
export interface Simulator {
  /** Where back ends send requests, e.g. `http://127.0.0.1:4747`. */
  readonly url: string;
  /** Where clients connect, e.g. `ws://127.0.0.1:4747/connect`. */
  readonly wsUrl: string;
  /** Publishes, and tells what became of it. @throws ApiError as the HTTP endpoint would answer (B3) */
  publish(fields: PublishFields, choice?: AppChoice): { messageUIDs: RecipientUID[]; report: DeliveryReport };
  /** Whether a user is online, and with which sessions. */
  presence(userId: string, choice?: AppChoice): UserPresence;
  /** The handle of one app; made on first use in open mode. @throws ApiError 1002 when there is none */
  app(appKey?: string): AppControl;
  /** Calls `listener` at each event of this kind; returns what ends that. */
  on<K extends SimEvent['event']>(
    event: K,
    listener: (event: Extract<SimEvent, { event: K }>) => void,
  ): () => void;
  /** Closes every session with 1001, then the server. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a simulator in this process, on a free port of the loopback unless told otherwise.
 * @throws RangeError when an option is out of bounds; the system's error when the port cannot be had
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settingsOf(options);
  const trace = new Trace();
  const apps = new Apps(settings, trace);
  const http = createHttpServer(apps, trace, settings.adminToken);
  const gateway = new Gateway(http.server, apps);
  await http.listen({ host: settings.host, port: settings.port });

  const address = addressOf(http.server.address() as AddressInfo);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= gateway.close().then(() => http.close());
    return closing;
  };
  return {
    url: `http://${address}`,
    wsUrl: `ws://${address}${connectPath}`,
    publish(fields, { appKey } = {}) {
      const app = apps.getForSim(appKey);
      const request = parsePublish(fieldsOf(fields), settings);
      const { message, report } = app.publish(request, { via: 'embedded', reported: true });
      return { messageUIDs: message.recipientUIDs(), report: report! };
    },
    presence: (userId, { appKey } = {}) => apps.getForSim(appKey).presenceOf(userId),
    app: (appKey) => controlOf(apps.getForSim(appKey), apps, trace),
    on(event, listener) {
      return trace.listen((each) => {
        if (each.event === event) listener(each as Extract<SimEvent, { event: typeof event }>);
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function addressOf({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

function controlOf(app: App, apps: Apps, trace: Trace): AppControl {
  return {
    key: app.key,
    clock: app.clock,
    settle: (timeoutMs) => app.settle(timeoutMs),
    listen: (listener) => trace.listen(listener, app.key),
    reset: () => app.reset(),
    close: () => apps.close(app),
  };
}
