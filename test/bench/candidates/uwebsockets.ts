import { randomUUID } from 'node:crypto';
import type { Candidate } from '../candidate.ts';
import { peer } from '../peer.ts';
import {
  httpOk,
  numberedUID,
  postForm,
  statusText,
  statusTextAround,
  upgrade,
  upgraded,
  webSocketFrameBytes,
} from '../wire.ts';

/** As much of uWebSockets.js as is used here. */
interface UWebSockets {
  App(): Application;
  us_socket_local_port(socket: unknown): number;
}

interface Application {
  ws(pattern: string, behavior: object): Application;
  post(pattern: string, handler: (response: Response) => void): Application;
  listen(host: string, port: number, done: (socket: unknown) => void): void;
}

interface Response {
  onData(listener: (chunk: ArrayBuffer, last: boolean) => void): void;
  onAborted(listener: () => void): void;
  end(body: string): void;
  upgrade(data: object, key: string, protocol: string, extensions: string, context: unknown): void;
}

interface Request {
  getUrl(): string;
  getHeader(name: string): string;
}

interface Session {
  userId: string;
  send(text: string): void;
}

export const uWebSockets: Candidate = {
  name: 'uwebsockets.js',
  about: 'uWebSockets.js 20.30 (its repack on npm, of 2023), send() for each user',
  wire: {
    opening: (userId) => upgrade(`/${userId}`),
    opened: upgraded,
    publish: (to, content) => postForm('/publish', to, content),
    answer: httpOk,
    frameBytes: (content) => webSocketFrameBytes(statusText(content, numberedUID())),
  },
  async serve() {
    const uws = await peer<UWebSockets>('@trufflesuite/uws-js-unofficial', '20.30.0-unofficial.0');
    const sessions = new Map<string, Session>();
    const app = uws.App();
    app.ws('/*', {
      idleTimeout: 0, // none: the load reads, and says nothing
      sendPingsAutomatically: false,
      maxBackpressure: 2 ** 24,
      upgrade(response: Response, request: Request, context: unknown) {
        const data = { userId: request.getUrl().slice(1) };
        response.upgrade(data, request.getHeader('sec-websocket-key'), '', '', context);
      },
      open: (session: Session) => sessions.set(session.userId, session),
    });
    app.post('/publish', (response) => {
      const chunks: Buffer[] = [];
      response.onAborted(() => {});
      response.onData((chunk, last) => {
        chunks.push(Buffer.from(Buffer.from(chunk))); // the memory is only lent
        if (last) response.end(publish(Buffer.concat(chunks), sessions));
      });
    });
    return new Promise((resolve) => {
      app.listen('127.0.0.1', 0, (socket) => resolve(uws.us_socket_local_port(socket)));
    });
  },
};

function publish(body: Buffer, sessions: Map<string, Session>): string {
  const form = new URLSearchParams(body.toString());
  const [before, after] = statusTextAround(form.get('content')!);
  const messageUIDs = form.getAll('toUserId').map((userId) => {
    const messageUID = randomUUID().slice(0, 19);
    sessions.get(userId)?.send(before + messageUID + after);
    return { userId, messageUID };
  });
  return JSON.stringify({ code: 200, messageUIDs });
}
