#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { version } from '../../server/version.ts';
import { Failure } from './failure.ts';
import { invocation } from './invocation.ts';
import { printable } from './printable.ts';
import { tell } from './terminal.ts';

/** Each in a part of its own, for whoever serves need not load the swarm. */
const commands: Record<string, () => Promise<(program: Command) => void>> = {
  serve: async () => (await import('./serve.ts')).addServe,
  connect: async () => (await import('./connect.ts')).addConnect,
  publish: async () => (await import('./publish.ts')).addPublish,
  trace: async () => (await import('./trace.ts')).addTrace,
  replay: async () => (await import('./replay.ts')).addReplay,
  swarm: async () => (await import('./swarm.ts')).addSwarm,
  run: async () => (await import('./run.ts')).addRun,
  who: async () => (await import('./who.ts')).addWho,
  token: async () => (await import('./token.ts')).addToken,
  wait: async () => (await import('./wait.ts')).addWait,
  init: async () => (await import('./init.ts')).addInit,
};

const examples = `
Examples:
  status-sim serve
  status-sim connect --user bob
  status-sim publish --from alice --to bob --text "hello"`;

/** @param name of the command, or what stands in its place: then all commands are loaded, to be listed and compared */
async function run(name = ''): Promise<void> {
  const program = new Command('status-sim')
    .description(
      'A local stand-in for RongCloud status messages, which reach users who are online and are lost for all others.',
    )
    .version(version)
    .addHelpText('after', examples)
    .exitOverride();
  // Empty is unset: that is how compose files and CI pass on a variable that nobody has set.
  for (const [variable, value] of Object.entries(process.env)) {
    if (variable.startsWith('STATUS_SIM_') && value === '') delete process.env[variable];
  }
  const parts = Object.hasOwn(commands, name) ? [commands[name]!] : Object.values(commands);
  for (const load of parts) (await load())(program);
  await program.parseAsync();
}

/** Says what went wrong, unless commander has; returns the exit code: 1 refused or failed, 2 usage (B7). */
function report(error: unknown, name = ''): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help') tellUsage(name);
    return 2;
  }
  if (error instanceof Failure) {
    tell(`error: ${printable(error.message)}`);
    if (error.exitCode === 2) tellUsage(name);
    return error.exitCode;
  }
  tell(error instanceof Error ? `${error.stack}` : `error: ${error}`);
  return 1;
}

function tellUsage(name: string): void {
  tell(`Usage: ${invocation} ${Object.hasOwn(commands, name) ? `${name} ` : ''}--help`);
}

const [, , name] = process.argv;
// At once, because sessions may still be open.
run(name).catch((error) => process.exit(report(error, name)));
