import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { Failure } from './failure.ts';
import { duration } from './option-values.ts';
import { callSim } from './sim-call.ts';
import { urlOption } from './target.ts';
import { tell } from './terminal.ts';

interface WaitOptions {
  url: string;
  /** Milliseconds. */
  timeout: number;
}

export function addWait(program: Command): void {
  program
    .command('wait')
    .description('Wait until a simulator is ready; exit with 1 when it takes too long.')
    .addOption(urlOption())
    .addOption(
      new Option('--timeout <T>', 'how long to wait, 0.1s to 24h').argParser(duration).default(30_000, '30s'),
    )
    .addHelpText('after', examples)
    .action(wait);
}

const examples = `
Examples:
  status-sim wait
  status-sim wait --url http://127.0.0.1:8080 --timeout 5s`;

const pauseMs = 100;
const answerMs = 1000;

async function wait({ url, timeout }: WaitOptions): Promise<void> {
  const deadline = performance.now() + timeout;
  while (!(await isReady(url))) {
    if (performance.now() > deadline) throw new Failure(`No simulator was ready at ${url} in time.`);
    await pause(pauseMs);
  }
  tell(`Ready at ${url}.`);
}

function isReady(url: string): Promise<boolean> {
  const read = (answer: IncomingMessage) => Boolean(answer.resume());
  return callSim({ url }, '/readyz', read, undefined, answerMs).catch(() => false);
}
