import { createServer, type Socket } from 'node:net';
import type { Candidate } from '../candidate.ts';
import { listen } from '../listen.ts';
import { floorWire } from './floor-wire.ts';

export const floorNode: Candidate = {
  name: 'floor-node',
  about: 'node:net: one write() of a prebuilt frame for each recipient',
  wire: floorWire,
  serve() {
    const sessions: Socket[] = [];
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {});
      socket.setEncoding('latin1').on('data', (text: string) => {
        for (const line of text.split('\n').slice(0, -1)) obey(line, socket, sessions);
      });
    });
    return listen(server);
  },
};

function obey(line: string, socket: Socket, sessions: Socket[]): void {
  const [word, recipients, bytes] = line.split(' ');
  if (word === 'session') {
    sessions.push(socket);
    socket.write('ok\n');
    return;
  }
  publish(sessions, Number(recipients), frameOf(Number(bytes)));
  socket.write('done\n');
}

function publish(sessions: readonly Socket[], recipients: number, frame: Buffer): void {
  const step = Math.floor(sessions.length / recipients);
  for (let index = 0; index < recipients; index++) sessions[index * step]!.write(frame);
}

const frames = new Map<number, Buffer>();

function frameOf(bytes: number): Buffer {
  const frame = frames.get(bytes) ?? Buffer.alloc(bytes, 'x');
  frames.set(bytes, frame);
  return frame;
}
