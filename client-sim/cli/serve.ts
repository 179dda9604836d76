import { type Command, Option } from 'commander';
import type { SimulatorSettings } from '../../server/app/settings.ts';
import type { SimEvent } from '../../server/index.ts';
import { banner } from './banner.ts';
import { demoPage } from './demo-page.ts';
import { Failure } from './failure.ts';
import { wholeNumber } from './option-values.ts';
import { printEvent } from './print-event.ts';
import { addSimulatorOptions, type SimulatorOptions, simulatorSettings, start } from './simulator-options.ts';
import { exitInOrder, stopSignal } from './stop-signal.ts';
import { type Addresses, defaultPort } from './target.ts';
import { outliveReader, printDropped, printJson, tell } from './terminal.ts';
import { isWorker, ThisWorker, Workers } from './workers.ts';

type ServeOptions = SimulatorOptions & { json?: true; workers?: number };

export function addServe(program: Command): void {
  addSimulatorOptions(program.command('serve'), defaultPort)
    .description('Start the simulator and show what happens to every message.')
    .addOption(
      new Option('--workers <N>', 'processes that share the port, 1 to 64; requires --cluster')
        .argParser(wholeNumber(1, 64))
        .hideHelp(),
    )
    .option('--json', 'print one line of JSON when ready, then one per event')
    .addHelpText('after', examples)
    .action(serve);
}

const examples = `
Examples:
  status-sim serve
  status-sim serve --user bob --user carol@ios
  status-sim serve --host 0.0.0.0 --app mykey:mysecret --admin-token letmein`;

async function serve({ json, workers, ...options }: ServeOptions): Promise<void> {
  const settings = simulatorSettings(options, defaultPort);
  const show = (event: SimEvent) => printEvent(event, json);
  outliveReader();
  const ready = ({ url, wsUrl }: Addresses) => {
    if (json) printJson({ ready: true, url, wsUrl });
    else tell(banner({ url, wsUrl }, settings));
  };
  if (isWorker) {
    const worker = new ThisWorker();
    const simulator = await startAndTell(settings, (event) => worker.show(event));
    await worker.serve(simulator);
    await simulator.close();
  } else if (workers === undefined) {
    const simulator = await startAndTell(settings, show);
    const stopped = stopSignal();
    ready(simulator);
    await stopped;
    await simulator.close();
  } else {
    if (settings.cluster === undefined)
      throw new Failure('--workers requires --cluster, which connects the processes.', 2);
    const stopped = stopSignal();
    const running = new Workers(show, (count) => printDropped(count, json));
    ready(await running.start(workers, settings.initialState.length > 0));
    await stopped;
    await running.stop();
  }
  await exitInOrder();
}

async function startAndTell(settings: SimulatorSettings, tellOf: (event: SimEvent) => void) {
  const simulator = await start({ ...settings, page: demoPage() });
  for (const kind of ['publish', 'session', 'refused', 'accepted'] as const) simulator.on(kind, tellOf);
  return simulator;
}
