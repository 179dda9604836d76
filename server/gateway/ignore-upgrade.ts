import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Lets a request go on as plain HTTP that asked for another upgrade than WebSocket, as a server may (RFC 9110,
 * section 7.8). Java's HttpClient asks for HTTP/2 with the first request of each connection.
 *
 * Node hands over the bare socket, so the request is put back into it, without its wish.
 *
 * @param head what came in behind the request's headers
 */
export function ignoreUpgrade(http: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name, value] = request.rawHeaders.slice(index, index + 2);
    if (!wishes.test(name!)) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  http.emit('connection', socket);
}

const wishes = /^(connection|upgrade|http2-settings)$/i;
