import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { inject } from 'vitest';
import { app, it as base } from '../fixtures/simulator.ts';

const root = join(import.meta.dirname, '../..');
/** The command, as its users have it. */
export const main = join(inject('build'), 'client-sim/cli/main.cjs');

/** The lines of an output, one after the other as they come. */
class Lines {
  /** All so far. */
  text = '';
  readonly #stream: Readable;
  #read = 0;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.setMaxListeners(0); // each `next` leaves one behind
    stream.setEncoding('utf8').on('data', (chunk) => {
      this.text += chunk;
    });
  }

  /** The next line that was not read yet; rejects when the output ends without one. */
  async next(): Promise<string> {
    for (;;) {
      const end = this.text.indexOf('\n', this.#read);
      if (end >= 0) {
        const line = this.text.slice(this.#read, end);
        this.#read = end + 1;
        return line;
      }
      if (this.#stream.closed) throw new Error(`No line after ${JSON.stringify(this.text)}`);
      await Promise.race([once(this.#stream, 'data'), once(this.#stream, 'close')]);
    }
  }

  /** The next line, read as JSON. */
  async nextJson() {
    return JSON.parse(await this.next());
  }

  /** Lets go of the output, as a reader does that ends. */
  close(): void {
    this.#stream.destroy();
  }
}

/** A command in a process of its own, with pipes for its output. */
export class Command {
  readonly process: ChildProcess;
  readonly stdout: Lines;
  readonly stderr: Lines;
  /** The exit code, or the signal that ended it; once its output is complete and no child of it holds it open. */
  readonly ended: Promise<number | NodeJS.Signals>;

  constructor(
    [file, ...args]: readonly string[],
    env: NodeJS.ProcessEnv,
    input: string | undefined,
    cwd: string,
  ) {
    // In a group of its own, so that children go with it.
    const child = spawn(file!, args, { cwd, env, detached: true });
    child.stdin.end(input);
    this.process = child;
    this.stdout = new Lines(child.stdout);
    this.stderr = new Lines(child.stderr);
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal!)));
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.process.kill(signal);
  }

  /** Ends it and all its children at once, if any is left. */
  destroy(): void {
    try {
      process.kill(-this.process.pid!, 'SIGKILL');
    } catch {
      // None was left.
    }
  }
}

interface RunOptions {
  env?: Record<string, string>;
  /** What stands before the arguments; the command itself unless told. */
  command?: readonly string[];
  /** What it reads, up to the end; nothing unless told. */
  input?: string;
  /** The folder that it runs in; the repository's unless told. */
  cwd?: string;
}

/** A test that may run commands; what is left of them ends with the test. */
export const it = base
  .extend('options', {}) // a command in another process means the app `default`
  .extend('run', ({ onTestFinished }) => {
    return (
      args: readonly string[],
      { env = {}, command = [process.execPath, main], input, cwd = root }: RunOptions = {},
    ) => {
      const running = new Command([...command, ...args], { ...cleanEnv(), ...env }, input, cwd);
      onTestFinished(() => running.destroy());
      return running;
    };
  })
  /** Runs a command to its end. */
  .extend('runToEnd', ({ run }) => async (args: readonly string[], options?: RunOptions) => {
    const command = run(args, options);
    const code = await command.ended;
    return { code, stdout: command.stdout.text, stderr: command.stderr.text };
  })
  /** A simulator in a process of its own, up and running. */
  .extend('serve', ({ run }) => async (args: readonly string[] = [], options?: RunOptions) => {
    const command = run(['serve', '--port', '0', '--json', ...args], options);
    const { url, wsUrl } = await command.stdout.nextJson();
    return { command, url: url as string, wsUrl: wsUrl as string };
  });

/** Bytes of memory that a process has. */
export function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kibibytes) * 1024;
}

export const appArguments = ['--app', `${app.key}:${app.secret}`, '--admin-token', 'letmein'];

/** What a test says stands; what the machine has set does not. */
function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('STATUS_SIM_'));
  return Object.fromEntries(kept);
}
