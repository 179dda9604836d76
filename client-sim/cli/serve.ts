import type { Command } from 'commander';
import type { SimEvent } from '../../server/index.ts';
import { banner } from './banner.ts';
import { readDemoPage } from './demo-page.ts';
import { printEvent } from './print-event.ts';
import { addSimulatorOptions, type SimulatorOptions, startFrom } from './simulator-options.ts';
import { stopSignal } from './stop-signal.ts';
import { defaultPort } from './target.ts';
import { printJson, tell } from './terminal.ts';

interface ServeOptions extends SimulatorOptions {
  json?: true;
}

export function addServe(program: Command): void {
  addSimulatorOptions(program.command('serve'), defaultPort)
    .description('Start the simulator, and show what becomes of every message.')
    .option('--json', 'print a ready line, then each event, as lines of JSON')
    .addHelpText('after', examples)
    .action(serve);
}

const examples = `
Examples:
  status-sim serve
  status-sim serve --port 0 --json
  status-sim serve --host 0.0.0.0 --app mykey:mysecret --admin-token letmein`;

async function serve({ json, ...options }: ServeOptions): Promise<void> {
  const simulator = await startFrom({ ...options, page: readDemoPage() });
  const stopped = stopSignal();
  const show = (event: SimEvent) => printEvent(event, json);
  for (const kind of ['publish', 'session', 'refused'] as const) simulator.on(kind, show);
  const { url, wsUrl } = simulator;
  if (json) printJson({ ready: true, url, wsUrl });
  else tell(banner(simulator, options.app));
  await stopped;
  await simulator.close();
}
