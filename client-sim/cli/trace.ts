import { appendFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { SimEvent } from '../../server/index.ts';
import { Failure } from './failure.ts';
import { printEvent } from './print-event.ts';
import { sentEvents } from './sent-events.ts';
import { callSim, parseAnswer } from './sim-call.ts';
import { exitInOrder, stopSignal } from './stop-signal.ts';
import { adminTokenOption, appKeyOption, type Target, urlOption } from './target.ts';
import { printJson, tell } from './terminal.ts';

interface TraceOptions extends Target {
  json?: true;
  save?: string;
}

export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('Show what happens to every message of one app, live, in a running simulator.')
    .addOption(urlOption())
    .addOption(appKeyOption())
    .addOption(adminTokenOption())
    .option('--save <file>', 'also write each event to a file, as a line of JSON, for the command replay')
    .option('--json', 'print one line of JSON when ready, then one per event')
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
  const response = await callSim(options, '/sim/trace', (answer) => answer);
  if (options.save !== undefined) writeFileSync(options.save, '');
  const stopped = stopSignal();
  if (json) printJson({ ready: true, url });
  else tell(`Tracing ${url}. Press Ctrl-C to stop.`);
  await Promise.race([stopped, follow(response.setEncoding('utf8'), options)]);
  response.destroy();
  await exitInOrder();
}

/** @throws Failure when the trace ends */
async function follow(chunks: AsyncIterable<string>, options: TraceOptions): Promise<never> {
  const { url, json, save } = options;
  for await (const data of sentEvents(chunks)) {
    const event = parseAnswer(data, options) as SimEvent;
    if (save !== undefined) appendFileSync(save, `${JSON.stringify(event)}\n`);
    printEvent(event, json);
  }
  throw new Failure(`Lost the connection to the simulator at ${url}.`);
}
