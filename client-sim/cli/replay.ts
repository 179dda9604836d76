import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { SimEvent } from '../../server/index.ts';
import { replayTrace } from '../testkit/trace-replay.ts';
import { Failure } from './failure.ts';
import { print } from './terminal.ts';

export function addReplay(program: Command): void {
  program
    .command('replay <file>')
    .description('Repeat what `trace --save` recorded in a fresh app, and compare the outcomes.')
    .option('--speed <factor>', 'how many times as fast as recorded, or max', speed, 1)
    .addHelpText('after', examples)
    .action(replay);
}

const examples = `
Contents are not recorded: others of the same size take their place. At the first outcome that differs, it says so and
exits with 1.

Examples:
  status-sim replay run.ndjson
  status-sim replay run.ndjson --speed max`;

async function replay(file: string, options: { speed: number }): Promise<void> {
  const wait = async (ms: number) => {
    if (options.speed < Number.POSITIVE_INFINITY) await setTimeout(ms / options.speed);
  };
  const { events, skipped, difference } = await replayTrace(readEvents(file), wait);
  const also = skipped === 0 ? '' : `, without ${skipped} that had been refused or are not simulated`;
  if (difference !== undefined)
    throw new Failure(`Event ${events + skipped} has a different outcome: ${difference}`);
  print(`${events} events repeated${also}, each with the recorded outcome.`);
}

function readEvents(file: string): SimEvent[] {
  const lines = textOf(file).split('\n').filter(Boolean);
  return lines.map((line, index) => {
    try {
      const event = JSON.parse(line);
      if (['publish', 'session', 'refused', 'accepted'].includes(event.event)) return event;
    } catch {
      // told below
    }
    throw new Failure(`Line ${index + 1} of the file is no event of a trace.`);
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`The file cannot be read: ${(error as Error).message}`);
  }
}

function speed(text: string): number {
  const factor = text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  if (factor > 0) return factor;
  throw new InvalidArgumentError('It must be a number above 0, or "max".');
}
