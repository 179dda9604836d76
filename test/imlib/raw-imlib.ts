import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Field, writeFields } from '../../server/gateway/imlib/protobuf.ts';
import { it as base } from '../fixtures/simulator.ts';

/** A session that sends any bytes, and takes what comes as hex. */
class RawImlib {
  readonly socket: WebSocket;
  /** Every frame so far, in order. */
  readonly frames: Buffer[] = [];
  /** The code with which the session ended. */
  readonly closed: Promise<number>;
  #taken = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.frames.push(data));
    socket.on('error', () => {}); // the close that follows tells
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** Sends a frame: its first byte, and then texts with their length before them, and bytes as they are. */
  send(first: number, ...parts: (string | Buffer)[]): void {
    this.socket.send(frameOf(first, ...parts));
  }

  publish(topic: string, target: string, id: number, ...fields: Field[]): void {
    this.send(0x32, topic, target, short(id), writeFields(...fields));
  }

  query(topic: string, id: number): void {
    this.send(0x52, topic, 'alice', short(id));
  }

  /** The next frame that was not taken yet; rejects when the session ends without one. */
  async next(): Promise<Buffer> {
    while (this.frames.length <= this.#taken) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('The session closed.');
      await Promise.race([once(this.socket, 'message'), this.closed]);
    }
    return this.frames[this.#taken++]!;
  }

  /** The frames up to the answer of a PING, without it: all that the server sent before that has come by then. */
  async settle(): Promise<Buffer[]> {
    this.send(0xc0);
    const frames: Buffer[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame[0] === 0xd0) return frames;
      frames.push(frame);
    }
  }
}

export function frameOf(first: number, ...parts: (string | Buffer)[]): Buffer {
  const bytes = parts.map((part) => {
    if (typeof part !== 'string') return part;
    return Buffer.concat([short(Buffer.byteLength(part)), Buffer.from(part)]);
  });
  return Buffer.concat([Buffer.from([first]), ...bytes]);
}

export function short(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

/** What a client sends in a status message. */
export function mood(content = 'fine', objectName = 'app:mood'): Field[] {
  return [
    [1, 0],
    [2, objectName],
    [3, content],
  ];
}

export const it = base
  /** Connects, and waits for nothing: the server may refuse. */
  .extend('dialImlib', async ({ simulator, appKey = 'default' }, { onCleanup }) => {
    const sockets: WebSocket[] = [];
    onCleanup(() => {
      // One that does not read would keep the simulator waiting for an answer to its close.
      for (const socket of sockets) socket.terminate();
    });
    return (query: Record<string, string>) => {
      const address = new URL('/websocket', simulator.url.replace('http', 'ws'));
      address.search = String(new URLSearchParams({ appId: appKey, protocolVer: '3', ...query }));
      const socket = new WebSocket(address, { perMessageDeflate: false });
      sockets.push(socket);
      return new RawImlib(socket);
    };
  })
  /** Opens a session; its CONNACK is taken. */
  .extend('openImlib', ({ dialImlib, simulator }) => async (userId: string) => {
    const session = dialImlib({ token: simulator.app().token(userId) });
    await session.next();
    return session;
  });
