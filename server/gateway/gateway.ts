import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Server as SocketServer, WebSocketServer } from 'ws';
import type { App } from '../app.ts';
import type { Apps } from '../apps.ts';
import type { Session } from '../presence/session.ts';
import { connectPath } from '../protocol/connect-path.ts';
import type { ErrorBody } from '../protocol/error-codes.ts';
import { limits } from '../protocol/limits.ts';
import { version } from '../version.ts';
import type { Dialect } from './dialect.ts';
import { Heartbeat } from './heartbeat.ts';
import { ignoreUpgrade } from './ignore-upgrade.ts';
import { ClientSocket, WsConnection } from './ws-connection.ts';

/** Lets clients in over WebSocket, and keeps their sessions until the socket is gone (B5). */
export class Gateway {
  readonly #apps: Apps;
  readonly #dialects: ReadonlyMap<string, Dialect>;
  readonly #sockets = new Set<ClientSocket>();
  readonly #server: SocketServer<typeof ClientSocket>;

  /** @param dialects what is spoken at each path */
  constructor(http: Server, apps: Apps, dialects: ReadonlyMap<string, Dialect>) {
    this.#apps = apps;
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
    http.on('upgrade', (request, socket, head) => {
      if (request.headers.upgrade?.toLowerCase() === 'websocket') this.#upgrade(request, socket, head);
      else ignoreUpgrade(http, request, socket, head);
    });
  }

  /** Closes every session with 1001 and resolves when all sockets are gone. */
  async close(): Promise<void> {
    this.#server.close();
    for (const app of this.#apps) app.close();
    await Promise.all([...this.#sockets].map((ws) => new Promise((resolve) => ws.once('close', resolve))));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [path, query] = splitUrl(request.url ?? '/');
    const dialect = this.#dialects.get(path);
    if (dialect === undefined) {
      refuseUpgrade(socket, path);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      this.#sockets.add(ws);
      ws.once('close', () => this.#sockets.delete(ws));
      ws.on('error', ignore); // ws closes the socket itself, with the fitting code
      // Plain TCP: this server speaks no TLS.
      this.#login(dialect, ws, socket as Socket, new URLSearchParams(query));
    });
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

function splitUrl(url: string): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function refuseUpgrade(socket: Duplex, path: string): void {
  const body = JSON.stringify({
    code: 404,
    errorMessage: `WebSocket clients connect at ${connectPath}.`,
    url: path,
  } satisfies ErrorBody);
  socket.on('error', ignore);
  // A client that keeps its half open would keep the server from closing.
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 404 Not Found\r\nX-Status-Sim: ${version}\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function ignore(): void {}
