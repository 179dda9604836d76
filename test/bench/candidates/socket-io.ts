import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Candidate } from '../candidate.ts';
import { listen } from '../listen.ts';
import { peer } from '../peer.ts';
import {
  httpOk,
  numberedUID,
  postForm,
  statusText,
  statusTextAround,
  upgrade,
  webSocketFrameBytes,
} from '../wire.ts';

/** As much of socket.io as is used here. */
interface SocketIo {
  Server: new (
    http: HttpServer,
    options: object,
  ) => {
    on(
      event: 'connection',
      listener: (socket: { join(room: string): void; handshake: { query: { userId?: string } } }) => void,
    ): void;
    to(room: string): { emit(event: string, data: object): void };
  };
}

/** The masked WebSocket frame with which a client of socket.io joins: `40`, masked with zeros. */
const join = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]).toString('latin1');

export const socketIo: Candidate = {
  name: 'socket.io',
  about: 'socket.io 4.8.4 on node:http, a room for each user',
  wire: {
    opening: (userId) => upgrade(`/socket.io/?EIO=4&transport=websocket&userId=${userId}`),
    opened: '0{"sid"',
    joining: { reply: join, opened: '40{"sid"' },
    publish: (to, content) => postForm('/publish', to, content),
    answer: httpOk,
    frameBytes: (content) => webSocketFrameBytes(`42["status",${statusText(content, numberedUID())}]`),
  },
  async serve() {
    const { Server } = await peer<SocketIo>('socket.io', '4.8.4');
    const http = createServer((request, response) => {
      publish(request).then((answer) => response.end(answer));
    });
    const io = new Server(http, { pingInterval: 2 ** 30, pingTimeout: 2 ** 30, maxHttpBufferSize: 2 ** 21 });
    io.on('connection', (socket) => socket.join(socket.handshake.query.userId!));

    async function publish(request: IncomingMessage): Promise<string> {
      const form = new URLSearchParams(await text(request));
      const frame = JSON.parse(statusTextAround(form.get('content')!).join(''));
      const messageUIDs = form.getAll('toUserId').map((userId) => {
        const messageUID = randomUUID().slice(0, 19);
        io.to(userId).emit('status', { ...frame, messageUID });
        return { userId, messageUID };
      });
      return JSON.stringify({ code: 200, messageUIDs });
    }
    return listen(http);
  },
};
