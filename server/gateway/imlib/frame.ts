import { ByteReader } from './byte-reader.ts';
import { clamp } from './fields.ts';
import { Malformed } from './malformed.ts';

/** The high half of a frame's first byte. */
const commands = {
  connAck: 2,
  publish: 3,
  pubAck: 4,
  query: 5,
  queryAck: 6,
  queryCon: 7,
  ping: 12,
  pong: 13,
  disconnect: 14,
} as const;

/** A frame from a client. What confirms a frame of the server's only has its id. */
export type ClientFrame =
  | { command: 'publish' | 'query'; topic: string; target: string; id: number; body: Buffer }
  | { command: 'pubAck' | 'queryCon'; id: number }
  | { command: 'ping' | 'disconnect' };

/** @throws Malformed when the bytes are no whole frame that a client may send */
export function parseFrame(bytes: Buffer): ClientFrame {
  const reader = new ByteReader(bytes);
  const frame = readFrame(reader, reader.byte() >> 4);
  if (!reader.isAtEnd) throw new Malformed('It goes on behind its end.');
  return frame;
}

function readFrame(reader: ByteReader, command: number): ClientFrame {
  switch (command) {
    case commands.publish:
      return { command: 'publish', ...readRequest(reader) };
    case commands.query:
      return { command: 'query', ...readRequest(reader) };
    case commands.pubAck:
      return { command: 'pubAck', id: reader.short() };
    case commands.queryCon:
      return { command: 'queryCon', id: reader.short() };
    case commands.ping:
      return { command: 'ping' };
    case commands.disconnect:
      reader.take(2);
      return { command: 'disconnect' };
    default:
      throw new Malformed(`The command ${command} is not a client's.`);
  }
}

function readRequest(reader: ByteReader) {
  return { topic: reader.text(), target: reader.text(), id: reader.short(), body: reader.rest() };
}

/** Lets a client in. */
export function connAck(userId: string, sessionId: string, at: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(clamp(at)));
  return Buffer.concat([head(commands.connAck), Buffer.from([0, 0]), text(userId), text(sessionId), time]);
}

/** Turns a client away. */
export function connRefusal(status: number): Buffer {
  return Buffer.concat([head(commands.connAck), Buffer.from([0, status])]);
}

/** All of a PUBLISH but its body. The client asks for no more than the topic, so it is the same for everybody. */
export function publishHead(topic: string, at: number): Buffer {
  return Buffer.concat([head(commands.publish), seconds(at), text(topic), text(''), short(0)]);
}

/** What became of a PUBLISH of the client's. */
export function pubAck(id: number, at: number, status: number): Buffer {
  const rest = [short(id), seconds(at), short(status), short(clamp(at) % 1000), text('')];
  return Buffer.concat([head(commands.pubAck), ...rest]);
}

export function queryAck(id: number, at: number, status: number, body: Buffer): Buffer {
  return Buffer.concat([head(commands.queryAck), short(id), seconds(at), short(status), body]);
}

export const pong = head(commands.pong);

/** Tells a client that its session is over, and why. */
export function disconnect(status: number): Buffer {
  return Buffer.concat([head(commands.disconnect), Buffer.from([0, status])]);
}

/** The first byte of a frame that wants no confirmation. */
function head(command: number): Buffer {
  return Buffer.from([command << 4]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([short(bytes.length), bytes]);
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** A time of milliseconds, as whole seconds: for the client a hint of the server's time. */
function seconds(at: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(clamp(at / 1000, 2 ** 32 - 1));
  return bytes;
}
