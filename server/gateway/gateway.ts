import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Server as SocketServer, WebSocketServer } from 'ws';
import type { Access } from '../access.ts';
import type { App } from '../app.ts';
import type { Apps } from '../apps.ts';
import type { ApiError } from '../core/api-error.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';
import { refuseRaw } from '../raw-refusal.ts';
import { version } from '../version.ts';
import type { Dialect } from './dialect.ts';
import { brokenHandshake, noSuchSocket, pathOf, shuttingDown, supportedVersion } from './handshake.ts';
import { Heartbeat } from './heartbeat.ts';
import { ignoreUpgrade } from './ignore-upgrade.ts';
import { ClientSocket, WsConnection } from './ws-connection.ts';

/** Lets clients in over WebSocket, and keeps their sessions until the socket is gone (B5). */
export class Gateway {
  readonly #apps: Apps;
  readonly #access: Access;
  readonly #dialects: ReadonlyMap<string, Dialect>;
  readonly #sockets = new Set<ClientSocket>();
  readonly #server: SocketServer<typeof ClientSocket>;
  #isClosing = false;

  /** @param dialects what is spoken at each path */
  constructor(http: Server, apps: Apps, access: Access, dialects: ReadonlyMap<string, Dialect>) {
    this.#apps = apps;
    this.#access = access;
    this.#dialects = dialects;
    const options = {
      WebSocket: ClientSocket,
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      maxPayload: limits.clientFrameBytes,
      closeTimeout: closeTimeoutMs,
    };
    this.#server = new WebSocketServer(options);
    this.#server.on('headers', (headers) => headers.push(`X-Status-Sim: ${version}`));
    this.#server.on('wsClientError', ({ message }, socket, request) => {
      refuseRaw(socket, brokenHandshake(request, message), pathOf(request), supportedVersion);
    });
    http.on('upgrade', (request, socket, head) => {
      if (request.headers.upgrade?.toLowerCase() === 'websocket') this.#upgrade(request, socket, head);
      else ignoreUpgrade(http, request, socket, head);
    });
  }

  /** Closes every session with 1001 and resolves when all sockets are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#server.close();
    for (const app of this.#apps) app.close();
    await Promise.all([...this.#sockets].map((ws) => new Promise((resolve) => ws.once('close', resolve))));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = pathOf(request);
    let dialect: Dialect;
    try {
      dialect = this.#dialectOf(request, path);
    } catch (refusal) {
      refuseRaw(socket, refusal as ApiError, path);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      this.#sockets.add(ws);
      ws.once('close', () => this.#sockets.delete(ws));
      ws.on('error', ignore); // ws closes the socket itself, with the fitting code
      // Plain TCP: this server speaks no TLS.
      this.#login(dialect, ws, socket as Socket, new URLSearchParams(request.url!.slice(path.length)));
    });
  }

  /** @throws what the request is refused with before anybody looks into it */
  #dialectOf(request: IncomingMessage, path: string): Dialect {
    if (this.#isClosing) throw shuttingDown;
    this.#access.check(request);
    const dialect = this.#dialects.get(path);
    if (dialect === undefined) throw noSuchSocket;
    return dialect;
  }

  #login(dialect: Dialect, ws: ClientSocket, socket: Socket, query: URLSearchParams): void {
    try {
      const { app, userId, platform } = dialect.login(query, this.#apps);
      const backlog = { budgetBytes: app.settings.backlogBytes, drops: app.settings.slowDrops };
      const connection = new WsConnection(ws, socket, backlog);
      const session = app.openSession({ userId, platform, clientIp: clientIpOf(socket), connection });
      this.#serve(dialect, ws, app, session, connection);
      // Gone without a close frame. By itself ws would wait for the client to take what is unsent, if it ever does.
      for (const event of ['end', 'error', 'close']) socket.once(event, () => ws.breakOff());
    } catch (error) {
      dialect.refuse(ws, error);
    }
  }

  #serve(dialect: Dialect, ws: ClientSocket, app: App, session: Session, connection: WsConnection): void {
    const client = dialect.serve(app, session, connection);
    const heartbeat: Heartbeat = new Heartbeat({
      clock: app.clock,
      intervalMs: app.settings.heartbeatIntervalMs,
      timeoutMs: app.settings.heartbeatTimeoutMs,
      ping: () => (app.answersNow(session) ? heartbeat.pong() : connection.ping()),
      onDead: () => ws.giveUp(),
    });
    const read = (data: Buffer, isBinary: boolean) => {
      if (!connection.isMuted) client.receive(data, isBinary);
    };
    ws.on('message', read);
    ws.once('closing', (code) => {
      connection.ending();
      ws.off('message', read); // an ended session can no longer publish
      heartbeat.stop();
      client.end();
      app.endSession(session, code);
    });
    ws.on('pong', (payload) => {
      if (connection.isMuted) return;
      heartbeat.pong();
      connection.pong(payload.toString());
    });
    ws.once('close', () => connection.ended());
  }
}

function clientIpOf({ remoteAddress = '', remotePort }: Socket): string {
  return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
}

/** How long a client has to answer a close before its socket is destroyed. */
const closeTimeoutMs = 1000;

function ignore(): void {}
