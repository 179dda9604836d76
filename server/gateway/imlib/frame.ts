import { ByteReader, decodeUtf8, Malformed } from './byte-reader.ts';
import { clamp, readFields } from './protobuf.ts';

/** A frame from a client. What confirms a frame of the server's only has its id. */
export type ClientFrame =
  | { command: 'publish' | 'query'; topic: string; target: string; id: number; body: Buffer }
  | { command: 'pubAck' | 'queryCon'; id: number }
  | { command: 'ping' | 'disconnect' };

// The high half of a frame's first byte, in what clients send, and in what they get.
const received = {
  3: 'publish',
  4: 'pubAck',
  5: 'query',
  7: 'queryCon',
  12: 'ping',
  14: 'disconnect',
} as const;
const sent = { connAck: 2, publish: 3, pubAck: 4, queryAck: 6, pong: 13, disconnect: 14 };

/** @throws Malformed when the bytes are no whole frame that a client may send */
export function parseFrame(bytes: Buffer): ClientFrame {
  const reader = new ByteReader(bytes);
  const frame = readFrame(reader);
  if (!reader.isAtEnd) throw new Malformed('It goes on behind its end.');
  return frame;
}

function readFrame(reader: ByteReader): ClientFrame {
  const code = reader.byte() >> 4;
  const command = received[code as keyof typeof received];
  switch (command) {
    case 'publish':
    case 'query':
      return {
        command,
        topic: reader.text(),
        target: reader.text(),
        id: reader.short(),
        body: reader.rest(),
      };
    case 'pubAck':
    case 'queryCon':
      return { command, id: reader.short() };
    case 'disconnect':
      reader.short();
      return { command };
    case 'ping':
      return { command };
    default:
      throw new Malformed(`The command ${code} is not a client's.`);
  }
}

/**
 * Reads the body of a client's PUBLISH; `toUserId` is whom in the group it is for, if not for all.
 * @throws Malformed
 */
export function readUpMessage(bytes: Buffer) {
  const message = { objectName: '', content: '', toUserId: [] as string[] };
  for (const [number, value] of readFields(bytes)) {
    if (number === 2) message.objectName = textOf(value);
    else if (number === 3) message.content = textOf(value);
    else if (number === 6) message.toUserId.push(textOf(value));
  }
  return message;
}

function textOf(value: number | Buffer): string {
  if (typeof value === 'number') throw new Malformed('A text is a number.');
  return decodeUtf8(value);
}

/** Lets a client in. */
export function connAck(userId: string, sessionId: string, at: number): Buffer {
  return frame(sent.connAck, short(0), text(userId), text(sessionId), number(clamp(at), 8));
}

/** Turns a client away. */
export const connRefusal = (status: number) => frame(sent.connAck, short(status));

/** All of a PUBLISH but its body: of a topic that the client shows at once, and does not ask for after an absence. */
export function publishHead(at: number): Buffer {
  return frame(sent.publish, seconds(at), text('s_msg'), text(''), short(0));
}

/** What became of a PUBLISH of the client's. */
export function pubAck(id: number, at: number, status: number, messageUID = ''): Buffer {
  const milliseconds = short(clamp(at) % 1000);
  return frame(sent.pubAck, short(id), seconds(at), short(status), milliseconds, text(messageUID));
}

export function queryAck(id: number, at: number, status: number, body: Buffer): Buffer {
  return frame(sent.queryAck, short(id), seconds(at), short(status), body);
}

export const pong = frame(sent.pong);

/** Tells a client that its session is over, and why. */
export const disconnect = (status: number) => frame(sent.disconnect, short(status));

/** A frame that wants no confirmation. */
function frame(command: number, ...rest: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([command << 4]), ...rest]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([short(bytes.length), bytes]);
}

/** A time of milliseconds, as whole seconds: for the client a hint of the server's time. */
const seconds = (at: number) => number(clamp(at / 1000, 2 ** 32 - 1), 4);

const short = (value: number) => number(value, 2);

/** A number in so many bytes, the high one first. */
function number(value: number, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}
