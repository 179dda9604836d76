import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';

/** Fastify with one POST route, and ws, as little of both as will do. @returns the port */
export async function bareFastify(
  path: string,
  publish: (body: Buffer, sessions: Map<string, WebSocket>, headers: IncomingHttpHeaders) => string,
): Promise<number> {
  const sessions = new Map<string, WebSocket>();
  const http = Fastify({ bodyLimit: 2 ** 21 });
  http.addContentTypeParser('*', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) => body);
  http.post<{ Body: Buffer }>(path, (request, reply) => {
    reply.type('application/json').send(publish(request.body, sessions, request.headers));
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  http.server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => sessions.set(request.url!.slice(1), ws));
  });
  await http.listen({ host: '127.0.0.1', port: 0 });
  return (http.server.address() as AddressInfo).port;
}
