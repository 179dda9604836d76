import pc from 'picocolors';
import { printable } from './printable.ts';

export type Colors = ReturnType<typeof pc.createColors>;

/** Of stdout. On a terminal only, whatever the variables CI and FORCE_COLOR say. */
export const colors: Colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

/** What stdout may hold that nobody has read. */
const unreadBytes = 2 ** 20;

let outlivesReader = false;
let isWritable = true;
let dropped = 0;

/** Data: a line, or several, on stdout. */
export function print(lines: string): void {
  if (isWritable) process.stdout.write(`${lines}\n`);
}

/**
 * What happens, as it happens. It is dropped while more than 1 MiB waits for the reader, who is told how much of it
 * when reading goes on.
 */
export function printLive(lines: string, json = false): void {
  if (dropped === 0 && process.stdout.writableLength <= unreadBytes) print(lines);
  else printDropped(1, json);
}

/** That so much of what happens is not shown; said when the reader has read what came before. */
export function printDropped(count: number, json = false): void {
  dropped += count;
  if (dropped > count) return; // who waits to say so is here already
  const say = () => {
    if (json) printJson({ dropped });
    else print(`(${dropped} not shown: nobody read the output.)`);
    dropped = 0;
  };
  if (process.stdout.writableNeedDrain) process.stdout.once('drain', say);
  else say();
}

/** From now on it ends nothing that nobody reads. */
export function outliveReader(): void {
  outlivesReader = true;
}

/** Data as one line of JSON on stdout, safe on a terminal, too. */
export function printJson(data: object): void {
  print(printable(JSON.stringify(data)));
}

/** Talk: a line, or several, on stderr. */
export function tell(lines: string): void {
  process.stderr.write(`${lines}\n`);
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (!outlivesReader) {
      // Who read has gone, as `head` goes: no failure, but time to stop.
      if (code === 'EPIPE' || code === 'EIO') process.emit('SIGTERM');
      else throw new Error(`The output cannot be written: ${code}.`);
    } else if (stream === process.stdout && isWritable) {
      isWritable = false;
      tell(`Nothing can be shown any more (${code}). The simulator goes on.`);
    }
  });
}
