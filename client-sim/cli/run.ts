import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { Command } from 'commander';
import { nanoid } from 'nanoid';
import { Failure } from './failure.ts';
import { addSimulatorOptions, type SimulatorOptions, startFrom } from './simulator-options.ts';
import { stopSignals } from './stop-signal.ts';

export function addRun(program: Command): void {
  addSimulatorOptions(program.command('run'), 0)
    .description('Start the simulator for one command, tell it where, and exit with its exit code.')
    .usage('[options] -- COMMAND...')
    .argument('<COMMAND...>', 'what to run; it gets STATUS_SIM_URL and STATUS_SIM_WS_URL')
    .addHelpText('after', examples)
    .action(run);
}

const examples = `
Examples:
  status-sim run -- npm test
  status-sim run -- python3 test_status.py
  status-sim run --app mykey:mysecret -- ./check.sh   # which gets STATUS_SIM_ADMIN_TOKEN, too`;

async function run([file, ...args]: string[], options: SimulatorOptions): Promise<void> {
  const adminToken = options.adminToken ?? nanoid();
  const simulator = await startFrom({ ...options, adminToken });
  const env = {
    ...process.env,
    STATUS_SIM_URL: simulator.url,
    STATUS_SIM_WS_URL: simulator.wsUrl,
    ...(options.app?.length ? { STATUS_SIM_ADMIN_TOKEN: adminToken } : {}),
  };
  try {
    process.exitCode = await exitCodeOf(file!, args, env);
  } finally {
    await simulator.close();
  }
}

/** Runs a command to its end. @throws Failure 126 or 127, as a shell has it, when it cannot be started */
async function exitCodeOf(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const passOn = (signal: NodeJS.Signals) => {
    // Ctrl-C reaches all that runs in the terminal: a second SIGINT would tell the command to hurry.
    if (signal !== 'SIGINT' || !isatty(0)) child.kill(signal);
  };
  // Before the command runs: it may be up, and we be told to stop, before `spawn` returns.
  for (const signal of stopSignals) process.on(signal, passOn);
  const child = spawn(file, args, { env, stdio: 'inherit' });
  const [code, signal] = await once(child, 'exit').catch((error) => {
    throw startFailure(file, error);
  });
  return code ?? 128 + constants.signals[signal as NodeJS.Signals];
}

function startFailure(file: string, error: NodeJS.ErrnoException): Failure {
  if (error.code === 'ENOENT') return new Failure(`There is no command ${JSON.stringify(file)}.`, 127);
  return new Failure(`The command ${JSON.stringify(file)} cannot be run: ${error.message}.`, 126);
}
