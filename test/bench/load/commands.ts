import type { Readable } from 'node:stream';

/** A line of the protocol of load-process.ts, and the bytes that follow it. */
export interface Command {
  words: string[];
  bytes: Buffer;
}

/** The last number of these says how many bytes follow. */
const withBytes = ['open', 'publish', 'also', 'callers'];

/** Reads commands until the stream ends. */
export async function* commandsFrom(stream: Readable): AsyncGenerator<Command> {
  const read = readerOf(stream);
  for (let line = await readLine(read); line !== undefined; line = await readLine(read)) {
    const words = line.split(' ');
    const bytes = withBytes.includes(words[0]!) ? await read(Number(words.at(-1))) : Buffer.alloc(0);
    if (bytes === undefined) return;
    yield { words, bytes };
  }
}

/** Reads so many bytes; undefined when there are not so many any more. */
type Read = (length: number) => Promise<Buffer | undefined>;

function readerOf(stream: Readable): Read {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let buffer: Buffer = Buffer.alloc(0);
  return async (length) => {
    const parts = [buffer];
    for (let held = buffer.length; held < length; held += parts.at(-1)!.length) {
      const { value, done } = await chunks.next();
      if (done) return undefined;
      parts.push(value);
    }
    const all = parts.length === 1 ? buffer : Buffer.concat(parts);
    buffer = all.subarray(length);
    return all.subarray(0, length);
  };
}

async function readLine(read: Read): Promise<string | undefined> {
  for (let line = ''; ; ) {
    const character = (await read(1))?.toString('latin1');
    if (character === undefined) return undefined;
    if (character === '\n') return line;
    line += character;
  }
}
