import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { timeLimit } from '../../client-sim/time-limit.ts';
import { startChild } from '../bench/children.ts';
import type { Reading } from '../soak/reading.ts';

const root = join(import.meta.dirname, '../..');
const limitMs = 60_000;

/** `status-sim serve --json` in a process of its own. Of its standard output nobody reads more than the first line. */
export class Besieged {
  readonly url: string;
  readonly wsUrl: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #errors: string[];
  #lastReading: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcess, errors: string[], url: string, wsUrl: string) {
    this.#child = child;
    this.#errors = errors;
    this.pid = child.pid!;
    this.url = url;
    this.wsUrl = wsUrl;
  }

  static async start(): Promise<Besieged> {
    const program = ['--import', join(import.meta.dirname, 'probe.ts'), join(root, 'client-sim/cli/main.ts')];
    const limits = ['--recipients-per-minute', 'unlimited'];
    const args = ['--expose-gc', '--import', 'tsx', ...program, 'serve', '--port', '0', '--json', ...limits];
    const child = startChild(0, process.execPath, args, ['ignore', 'pipe', 'pipe', 'ipc']);
    const errors: string[] = [];
    createInterface({ input: child.stderr! }).on('line', (line) => errors.push(line.slice(0, 500)));
    const line = await inTime('to be ready', firstLine(child));
    const { url, wsUrl } = JSON.parse(line);
    return new Besieged(child, errors, url, wsUrl);
  }

  /** What it has printed on standard error. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** How it ended; undefined while it runs. */
  get end(): string | undefined {
    const { exitCode, signalCode } = this.#child;
    if (signalCode !== null) return `was ended by ${signalCode}`;
    return exitCode === null ? undefined : `ended with ${exitCode}`;
  }

  /** One reading after the other. */
  read(): Promise<Reading> {
    const reading = this.#lastReading.then(async () => {
      if (this.end !== undefined) throw new Error(`The server ${this.end}.`);
      const answer = once(this.#child, 'message');
      this.#child.send('read');
      return (await inTime('to say how it is', answer))[0] as Reading;
    });
    this.#lastReading = reading.catch(() => {});
    return reading;
  }

  /** Asks it to end, as an operator does; resolves with how it did. */
  async stop(): Promise<string> {
    if (this.end === undefined) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await inTime('to stop', exit).catch(() => this.#child.kill('SIGKILL'));
    }
    return this.end ?? 'did not end';
  }
}

/** Reads that one line, and then no more. */
async function firstLine({ stdout }: ChildProcess): Promise<string> {
  let text = '';
  for (;;) {
    const chunk: Buffer | null = stdout!.read();
    if (chunk === null) await once(stdout!, 'readable');
    else text += chunk;
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
}

function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = timeLimit(limitMs, () => reject(new Error(`The server takes over a minute ${what}.`)));
    promise.then(resolve, reject).finally(callOff);
  });
}
