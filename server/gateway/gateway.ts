import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Server as SocketServer, WebSocketServer } from 'ws';
import type { Apps } from '../app/apps.ts';
import type { SimulatorSettings } from '../app/settings.ts';
import { ApiError } from '../core/api-error.ts';
import type { Access } from '../edge/access.ts';
import { leavePipeline } from '../edge/pipeline.ts';
import { pathOf, refuseRaw } from '../edge/raw-refusal.ts';
import { closeCodes, closings } from '../protocol/close-codes.ts';
import { errorCodes } from '../protocol/error-codes.ts';
import { connectPath } from '../protocol/frames.ts';
import { limits } from '../protocol/limits.ts';
import { version } from '../version.ts';
import { ClientConnection } from './client-connection.ts';
import { ClientSocket } from './client-socket.ts';
import type { Client, Dialect } from './dialect.ts';
import { FrameQueue } from './frame-queue.ts';
import { Heartbeat } from './heartbeat.ts';
import { ignoreUpgrade } from './ignore-upgrade.ts';
import { type Overload, watchOverload } from './overload.ts';
import type { OpenWriter } from './plain-writer.ts';

/** What the gateway serves. */
export interface GatewayScene {
  readonly apps: Apps;
  readonly access: Access;
  readonly settings: SimulatorSettings;
  /** What is spoken at each path. */
  readonly dialects: ReadonlyMap<string, Dialect>;
  /** How messages are written. */
  readonly openWriter: OpenWriter;
}

/** Lets clients in over WebSocket, and keeps their sessions until the socket is gone (B5). */
export class Gateway {
  readonly #scene: GatewayScene;
  /** Those that were turned away have no connection, and end soon. */
  readonly #clients = new Map<ClientSocket, ClientConnection | undefined>();
  readonly overload: Overload;
  readonly #server: SocketServer<typeof ClientSocket>;
  #isClosing = false;

  constructor(http: Server, scene: GatewayScene) {
    this.#scene = scene;
    this.overload = watchOverload(scene.settings, () => this.#unsentBytes());
    const options = {
      WebSocket: ClientSocket,
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      autoPong: false, // what was handed over goes first
      maxPayload: limits.clientFrameBytes,
      closeTimeout: 1000, // milliseconds to answer a close, before the socket is destroyed
    };
    this.#server = new WebSocketServer(options);
    this.#server.on('headers', (headers) => headers.push(`X-Status-Sim: ${version}`));
    this.#server.on('wsClientError', ({ message }, socket, request) => {
      // The version is for a client that asked for another one (RFC 6455, section 4.4).
      const supported = { 'Sec-WebSocket-Version': '13', ...scene.access.corsHeaders(request) };
      refuseRaw(socket, brokenHandshake(request, message), pathOf(request), supported);
    });
    http.on('upgrade', (request, socket, head) => {
      const before = leavePipeline(socket);
      if (request.headers.upgrade?.toLowerCase() !== 'websocket')
        return ignoreUpgrade(http, request, socket, head, before);
      this.#upgrade(request, socket, head);
      socket.resume();
    });
  }

  /** Closes every session with 1001 and resolves when all sockets are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.overload.close();
    this.#server.close();
    for (const app of this.#scene.apps) app.control.close();
    await Promise.all(
      [...this.#clients.keys()].map((ws) => new Promise((resolve) => ws.once('close', resolve))),
    );
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = pathOf(request);
    let dialect: Dialect;
    try {
      dialect = this.#dialectOf(request, path);
    } catch (refusal) {
      refuseRaw(socket, refusal as ApiError, path, this.#scene.access.corsHeaders(request));
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const query = new URLSearchParams(request.url!.slice(path.length));
      this.#open(dialect, ws, socket as Socket, query); // plain TCP: this server speaks no TLS
    });
  }

  /** @throws what the request is refused with before anybody looks into it */
  #dialectOf(request: IncomingMessage, path: string): Dialect {
    if (this.#isClosing) throw shuttingDown;
    this.#scene.access.check(request);
    const dialect = this.#scene.dialects.get(path);
    if (dialect !== undefined) return dialect;
    throw new ApiError('notFound', `WebSocket clients connect at ${connectPath}.`);
  }

  #unsentBytes(): number {
    let bytes = 0;
    for (const connection of this.#clients.values()) bytes += connection?.unsentBytes ?? 0;
    return bytes;
  }

  /** Apart from `#upgrade`: listeners made there would keep the request for as long as the session lives. */
  #open(dialect: Dialect, ws: ClientSocket, socket: Socket, query: URLSearchParams): void {
    this.#clients.set(ws, undefined);
    ws.on('close', () => this.#clients.delete(ws));
    ws.on('error', () => {}); // ws closes the socket itself, with the fitting code
    try {
      const { app, userId, platform } = dialect.login(query, this.#scene.apps);
      const writer = this.#scene.openWriter(ws, socket);
      const connection = new ClientConnection(ws, socket, writer, dialect.encoding, this.overload.backlog);
      const session = app.sessions.open({ userId, platform, clientIp: clientIpOf(socket), connection });
      this.#serve(dialect, ws, { app, session, connection });
      // Gone without a close frame. By itself ws would wait for the client to take what is unsent, if it ever does.
      const breakOff = () => ws.breakOff();
      for (const event of ['end', 'error', 'close']) socket.on(event, breakOff);
    } catch (error) {
      dialect.refuse(ws, error);
    }
  }

  #serve(dialect: Dialect, ws: ClientSocket, client: Client): void {
    const { app, session, connection } = client;
    const reader = dialect.serve(client);
    const heartbeat: Heartbeat = new Heartbeat({
      clock: app.clock,
      intervalMs: app.settings.heartbeatIntervalMs,
      timeoutMs: app.settings.heartbeatTimeoutMs,
      ping: () => (app.barrier.answersNow(session) ? heartbeat.pong() : connection.ping()),
      onDead: () => ws.giveUp(),
    });
    const frames = new FrameQueue(ws, reader, () => {
      app.counters.refuse(errorCodes.internal.code);
      connection.close(1011, 'Internal logic error.'); // RFC 6455, section 7.4.1
    });
    const read = (data: Buffer, isBinary: boolean) => {
      if (connection.isBlackholed) return;
      connection.flush(); // what was handed over goes before all that this frame brings
      frames.take(data, isBinary);
    };
    ws.on('message', read);
    ws.on('ping', (payload) => connection.answerPing(payload));
    ws.on('closing', (code) => {
      connection.ending();
      ws.off('message', read); // an ended session can no longer publish
      frames.end();
      heartbeat.stop();
      reader.end?.();
      app.sessions.end(session, code);
    });
    ws.on('pong', (payload) => {
      if (connection.isBlackholed) return;
      heartbeat.pong();
      connection.pong(payload.toString());
    });
    ws.on('close', () => connection.ended());
    this.#clients.set(ws, connection);
  }
}

/** What ws says of a handshake that is none, in the words of A5. */
function brokenHandshake({ method }: IncomingMessage, why: string): ApiError {
  if (method !== 'GET') return new ApiError('methodNotAllowed', 'The method must be GET.');
  return new ApiError('badParameter', `The request is no WebSocket handshake: ${why}.`);
}

function clientIpOf({ remoteAddress = '', remotePort }: Socket): string {
  return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
}

const shuttingDown = { ...errorCodes.internal, status: 503, message: closings[closeCodes.shuttingDown] };
