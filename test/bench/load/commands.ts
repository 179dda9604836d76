import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A line of the protocol of load-process.ts, and the bytes that follow it. */
export interface Command {
  words: string[];
  bytes: Buffer;
}

/** Reads commands until the stream ends, and then ends the process: a load has no other purpose. */
export async function* commandsFrom(stream: Readable): AsyncGenerator<Command> {
  stream.once('end', () => process.exit());
  for (;;) {
    const words = (await readLine(stream)).split(' ');
    const length = withBytes.includes(words[0]!) ? Number(words.at(-1)) : 0;
    yield { words, bytes: await read(stream, length) };
  }
}

/** The last number of these says how many bytes follow. */
const withBytes = ['open', 'publish', 'callers'];

async function readLine(stream: Readable): Promise<string> {
  for (let line = ''; ; ) {
    const character = (await read(stream, 1)).toString('latin1');
    if (character === '\n') return line;
    line += character;
  }
}

async function read(stream: Readable, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes: Buffer | null = stream.read(length);
    if (bytes !== null) return bytes;
    await once(stream, 'readable');
  }
}
