import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Lets a request go on as plain HTTP that asked for another upgrade than WebSocket, as a server may (RFC 9110,
 * section 7.8). Java's HttpClient asks for HTTP/2 with the first request of each connection.
 *
 * Node hands over the bare socket, so the request is put back into it, without its wish. It also loses sight of the
 * answers that are still to come there, so they go first.
 *
 * @param head what came in behind its headers
 * @param before the answer to the last request before
 */
export function ignoreUpgrade(
  http: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  before: ServerResponse | undefined,
): void {
  const ignore = () => {};
  const goOn = () => {
    if (!socket.writable) return; // the answer before was the last
    socket.off('error', ignore);
    // Node adds its listeners once more.
    for (const event of ['timeout', 'resume', 'pause']) socket.removeAllListeners(event);
    socket.unshift(Buffer.concat([withoutWish(request), head]));
    http.emit('connection', socket);
    socket.resume();
  };
  socket.on('error', ignore);
  if (before === undefined || before.closed) goOn();
  else before.once('close', goOn);
}

function withoutWish({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name, value] = rawHeaders.slice(index, index + 2);
    if (!wishes.test(name!)) lines.push(`${name}: ${value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

const wishes = /^(connection|upgrade|http2-settings)$/i;
