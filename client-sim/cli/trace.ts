import { appendFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { SimEvent } from '../../server/index.ts';
import { Failure } from './failure.ts';
import { printEvent } from './print-event.ts';
import { sentEvents } from './sent-events.ts';
import { callSim } from './sim-call.ts';
import { stopSignal } from './stop-signal.ts';
import { adminTokenOption, appKeyOption, type Target, urlOption } from './target.ts';
import { printJson, tell } from './terminal.ts';

interface TraceOptions extends Target {
  json?: true;
  save?: string;
}

export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('Follow what becomes of every message of one app of a running simulator.')
    .addOption(urlOption())
    .addOption(appKeyOption())
    .addOption(adminTokenOption())
    .option('--save <file>', 'also write each event there, as a line of JSON, for the command replay')
    .option('--json', 'print a ready line, then each event, as lines of JSON')
    .addHelpText('after', examples)
    .action(trace);
}

const examples = `
Examples:
  status-sim trace
  status-sim trace --save run.ndjson
  status-sim trace --app-key mykey --admin-token letmein --json`;

async function trace(options: TraceOptions): Promise<void> {
  const { url, json } = options;
  const response = await callSim(options, '/sim/trace');
  if (options.save !== undefined) writeFileSync(options.save, '');
  const stopped = stopSignal();
  if (json) printJson({ ready: true, url });
  else tell(`Following ${url}. Ctrl-C ends it.`);
  await Promise.race([stopped, follow(response.setEncoding('utf8'), options)]);
  response.destroy();
}

/** @throws Failure when the trace ends */
async function follow(chunks: AsyncIterable<string>, { url, json, save }: TraceOptions): Promise<never> {
  for await (const event of sentEvents(chunks)) {
    if (save !== undefined) appendFileSync(save, `${JSON.stringify(event)}\n`);
    printEvent(event as SimEvent, json);
  }
  throw new Failure(`The simulator at ${url} went away.`);
}
