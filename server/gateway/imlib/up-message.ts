import { decodeUtf8 } from './byte-reader.ts';
import { readFields } from './fields.ts';
import { Malformed } from './malformed.ts';

/** What a client says in a PUBLISH. */
export interface UpMessage {
  objectName: string;
  content: string;
  /** Whether it is for some members of a group only. */
  isDirected: boolean;
}

/** @throws Malformed */
export function readUpMessage(bytes: Buffer): UpMessage {
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
