import { ByteReader, decodeUtf8, Malformed } from './byte-reader.ts';
import { clamp, readFields } from './protobuf.ts';

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

/**
 * Reads the body of a client's PUBLISH; `isDirected` is whether it is for some members of a group only.
 * @throws Malformed
 */
export function readUpMessage(bytes: Buffer) {
  const message = { objectName: '', content: '', isDirected: false };
  for (const [number, value] of readFields(bytes)) {
    if (number === 2) message.objectName = textOf(value);
    else if (number === 3) message.content = textOf(value);
    else if (number === 6) message.isDirected = true;
  }
  return message;
}

function textOf(value: number | Buffer): string {
  if (typeof value === 'number') throw new Malformed('A text is a number.');
  return decodeUtf8(value);
}

/** Lets a client in. */
export function connAck(userId: string, sessionId: string, at: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(clamp(at)));
  return frame(commands.connAck, short(0), text(userId), text(sessionId), time);
}

/** Turns a client away. */
export const connRefusal = (status: number) => frame(commands.connAck, short(status));

/** All of a PUBLISH but its body. The client asks for no more than the topic, so it is the same for everybody. */
export function publishHead(topic: string, at: number): Buffer {
  return frame(commands.publish, seconds(at), text(topic), text(''), short(0));
}

/** What became of a PUBLISH of the client's. */
export function pubAck(id: number, at: number, status: number): Buffer {
  const milliseconds = short(clamp(at) % 1000);
  return frame(commands.pubAck, short(id), seconds(at), short(status), milliseconds, text(''));
}

export function queryAck(id: number, at: number, status: number, body: Buffer): Buffer {
  return frame(commands.queryAck, short(id), seconds(at), short(status), body);
}

export const pong = frame(commands.pong);

/** Tells a client that its session is over, and why. */
export const disconnect = (status: number) => frame(commands.disconnect, short(status));

/** A frame that wants no confirmation. */
function frame(command: number, ...rest: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([command << 4]), ...rest]);
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
