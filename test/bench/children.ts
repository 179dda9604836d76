import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The server has the first core to itself, the load the second. */
export type Core = 0 | 1;

const running = new Set<ChildProcess>();

/** Starts a child that ends when this process does: also on Ctrl-C, and by its own id. */
export function startChild(
  core: Core,
  program: string,
  args: readonly string[],
  stdio: StdioOptions = 'pipe',
): ChildProcess {
  const [command = program, ...rest] = canPin
    ? ['taskset', '-c', String(core), program, ...args]
    : [program, ...args];
  const child = spawn(command, rest, { stdio });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.on('error', () => running.delete(child)); // the program is missing: its output ends, which the reader sees
  child.stdin?.on('error', () => {}); // it ended: whoever waits for its answer learns that
  return child;
}

const canPin = availableParallelism() > 1 && has('taskset');

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Each by its own id. */
export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

process.on('exit', killChildren);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
