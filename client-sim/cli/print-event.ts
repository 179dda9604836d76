import type { SimEvent } from '../../server/index.ts';
import { colors, print, printJson } from './terminal.ts';
import { traceLines } from './trace-lines.ts';

/** Shows an event on stdout: as lines for a person, or as one of JSON. */
export function printEvent(event: SimEvent, json = false): void {
  if (json) printJson(event);
  else for (const line of traceLines(event, colors)) print(line);
}
