#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { version } from '../../server/version.ts';
import { addConnect } from './connect.ts';
import { Failure } from './failure.ts';
import { printable } from './printable.ts';
import { addPublish } from './publish.ts';
import { addRun } from './run.ts';
import { addServe } from './serve.ts';
import { addSwarm } from './swarm.ts';
import { tell } from './terminal.ts';
import { addTrace } from './trace.ts';

const examples = `
Examples:
  status-sim serve
  status-sim connect --user bob
  status-sim publish --from alice --to bob --text "hello"`;

const program = new Command('status-sim')
  .description(
    'A local stand-in for RongCloud status messages, which reach users who are online and are lost for all others.',
  )
  .version(version)
  .addHelpText('after', examples)
  .exitOverride();
addServe(program);
addConnect(program);
addPublish(program);
addTrace(program);
addSwarm(program);
addRun(program);

// Empty is unset: that is how compose files and CI pass on a variable that nobody has set.
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith('STATUS_SIM_') && value === '') delete process.env[name];
}

try {
  await program.parseAsync();
} catch (error) {
  // At once, because sessions may still be open.
  process.exit(report(error));
}

/** Says what went wrong, unless commander has; returns the exit code: 1 refused or failed, 2 usage (B7). */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Failure) {
    tell(`error: ${printable(error.message)}`);
    return error.exitCode;
  }
  tell(error instanceof Error ? `${error.stack}` : `error: ${error}`);
  return 1;
}
