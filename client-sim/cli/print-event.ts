import type { SimEvent } from '../../server/index.ts';
import { printable } from './printable.ts';
import { colors, printLive } from './terminal.ts';
import { traceLines } from './trace-lines.ts';

/** Shows an event on stdout: as lines for a person, or as one of JSON. */
export function printEvent(event: SimEvent, json = false): void {
  printLive(json ? printable(JSON.stringify(event)) : traceLines(event, colors).join('\n'), json);
}
