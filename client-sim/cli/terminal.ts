import pc from 'picocolors';
import { printable } from './printable.ts';

export type Colors = ReturnType<typeof pc.createColors>;

/** Of stdout. On a terminal only, whatever the variables CI and FORCE_COLOR say. */
export const colors: Colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

/** Data: a line, or several, on stdout. */
export function print(lines: string): void {
  process.stdout.write(`${lines}\n`);
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
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Who read has gone, as `head` goes: no failure, but time to stop.
    if (error.code === 'EPIPE' || error.code === 'EIO') process.emit('SIGTERM');
    else throw error;
  });
}
