import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { Command } from 'commander';
import { nanoid } from 'nanoid';
import { Failure } from './failure.ts';
import { callerFolder } from './invocation.ts';
import { addSimulatorOptions, type SimulatorOptions, simulatorSettings, start } from './simulator-options.ts';
import { stopSignals } from './stop-signal.ts';

export function addRun(program: Command): void {
  addSimulatorOptions(program.command('run'), 0)
    .description('Start a simulator, run a command that uses it, and exit with the exit code of the command.')
    .usage('[options] -- COMMAND...')
    .argument('<COMMAND...>', 'the command; it finds the simulator by STATUS_SIM_URL and STATUS_SIM_WS_URL')
    .addHelpText('after', examples)
    .action(run);
}

const examples = `
Examples:
  status-sim run -- npm test
  status-sim run -- python3 test_status.py
  status-sim run --app mykey:mysecret -- ./check.sh   # gets STATUS_SIM_ADMIN_TOKEN as well`;

async function run([file, ...args]: string[], options: SimulatorOptions): Promise<void> {
  const settings = simulatorSettings(options, 0);
  const { adminToken = nanoid() } = settings;
  const simulator = await start({ ...settings, adminToken });
  const env = {
    ...process.env,
    STATUS_SIM_URL: simulator.url,
    STATUS_SIM_WS_URL: simulator.wsUrl,
    ...(settings.apps.length > 0 ? { STATUS_SIM_ADMIN_TOKEN: adminToken } : {}),
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
    if (signal !== 'SIGINT' || !isatty(0)) child?.kill(signal);
  };
  // Before the command runs: it may be up, and we be told to stop, before `spawn` returns.
  for (const signal of stopSignals) process.on(signal, passOn);
  let child: ChildProcess | undefined;
  try {
    child = spawn(file, args, { cwd: callerFolder, env, stdio: 'inherit' }); // throws at once for some errors, and emits others
    const [code, signal] = await once(child, 'exit');
    return code ?? 128 + constants.signals[signal as NodeJS.Signals];
  } catch (error) {
    throw startFailure(file, error as NodeJS.ErrnoException);
  }
}

function startFailure(file: string, error: NodeJS.ErrnoException): Failure {
  if (error.code === 'ENOENT' || file === '')
    return new Failure(`Command not found: ${JSON.stringify(file)}.`, 127);
  return new Failure(`Cannot run ${JSON.stringify(file)}: ${error.message}.`, 126);
}
