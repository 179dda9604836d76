import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SimClient } from '../../client-sim/client.ts';
import { type ConnectOptions, connectClient } from '../../client-sim/connect.ts';
import type {
  ClientFrame,
  EchoFrame,
  PublishFrame,
  ServerFrame,
  StatusFrame,
} from '../../server/protocol/frames.ts';

/** The server's end of one connection: says what a test lets it say, and answers nothing but `sync`. */
export class Peer {
  readonly url: URL;
  readonly socket: WebSocket;
  readonly frames: ClientFrame[] = [];
  onPublish: (frame: PublishFrame) => void = () => {};
  answersSync = true;

  constructor(socket: WebSocket, path: string) {
    this.url = new URL(path, 'ws://peer');
    this.socket = socket;
    socket.on('message', (data) => this.#receive(JSON.parse(String(data))));
  }

  send(...frames: ServerFrame[]): void {
    for (const frame of frames) this.socket.send(JSON.stringify(frame));
  }

  #receive(frame: ClientFrame): void {
    this.frames.push(frame);
    if (frame.type === 'publish') this.onPublish(frame);
    if (frame.type === 'sync' && this.answersSync) this.send({ type: 'synced', id: frame.id });
  }
}

/** Listens until the test ends, and hands over each connection; returns the address for clients. */
export async function listen(onPeer: (peer: Peer) => void): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket, request) => onPeer(new Peer(socket, request.url!)));
  onTestFinished(async () => {
    for (const socket of server.clients) socket.terminate();
    server.close();
    await once(server, 'close');
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/connect`;
}

/** Both ends of a session of `ann`. */
export async function openSession(
  options: Omit<ConnectOptions, 'userId'> = {},
): Promise<{ client: SimClient; peer: Peer }> {
  let peer: Peer | undefined;
  const wsUrl = await listen((arrived) => {
    peer = arrived;
    peer.send(connected);
  });
  const client = await connectClient(wsUrl, { userId: 'ann', ...options });
  return { client, peer: peer! };
}

export const connected: ServerFrame = {
  type: 'connected',
  userId: 'ann',
  sessionId: 's1',
  serverTime: 1,
};

export function statusFrame(fields: Partial<StatusFrame> = {}): StatusFrame {
  return {
    type: 'status',
    messageUID: '5GSB-RPM1-KP8H-9JHF',
    channelType: 'PERSON',
    fromUserId: 'bob',
    objectName: 'RC:TypSts',
    content: '{}',
    sentTime: 1,
    ...fields,
  };
}

export function echoFrame(fields: Partial<EchoFrame> = {}): EchoFrame {
  return {
    type: 'echo',
    messageUIDs: [{ userId: 'bob', messageUID: '5FGT-7VA9-G4DD-4V5P' }],
    channelType: 'PERSON',
    fromUserId: 'ann',
    objectName: 'RC:TypSts',
    content: '{}',
    sentTime: 1,
    ...fields,
  };
}
