import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startChild } from './children.ts';
import { compile } from './compile.ts';
import { Lines } from './lines.ts';
import type { ServerProcess } from './server-process.ts';
import type { Wire } from './wire.ts';

/** Rounds of a load, one publish of each caller in each. */
export interface Batches {
  count: number;
  /** That the sessions get in one batch, all together. */
  bytes: number;
  answers: number;
}

/** What a run of batches took. Times in nanoseconds. */
export interface RunFigures {
  elapsed: number;
  /** CPU time of the server: user and system, all threads. */
  cpu: number;
  /** From the first publish of a batch to its last byte at the last recipient. */
  latencies: number[];
}

const timeLimitSeconds = 30;
const core = 1;

/**
 * The clients and the callers of one server, in a process of their own. Its lines:
 *
 *     open BYTES              + the opening of a session
 *     opened                  → `opened`, when all sessions have been
 *     publish BYTES           + what each caller sends in a batch
 *     also BYTES              + the same for the next caller, and so on in turn
 *     callers N BYTES         + their hello → `ready`
 *     run BATCHES BYTES ANSWERS → `done ELAPSED CPU LATENCY…` in nanoseconds
 */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #lines: Lines;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = new Lines(child.stdout!, child.stderr!);
  }

  static async start(wire: Wire, server: ServerProcess): Promise<LoadProcess> {
    const { joining } = wire;
    const marks = [
      wire.answer,
      wire.opened,
      ...(joining === undefined ? [] : [joining.reply, joining.opened]),
    ];
    const hex = marks.map((mark) => Buffer.from(mark, 'latin1').toString('hex'));
    const args = [...[server.port, server.pid, timeLimitSeconds].map(String), ...hex];
    const folder = join(import.meta.dirname, 'load');
    const program = await compile(join(folder, 'load.c')).catch(() => undefined);
    if (program !== undefined) return new LoadProcess(startChild(core, program, args));
    const script = ['--import', 'tsx', join(folder, 'load.ts')];
    return new LoadProcess(startChild(core, process.execPath, [...script, ...args]));
  }

  /** Opens sessions; resolves when the server has opened them all. */
  async open(openings: readonly string[]): Promise<void> {
    for (const opening of openings) {
      this.#child.stdin!.write(`open ${opening.length}\n${opening}`, 'latin1');
    }
    await this.#ask('opened\n', 'opened');
  }

  /** What callers send from now on: each one of these, in turn. */
  publishing(publishes: readonly Buffer[]): void {
    for (const [index, publish] of publishes.entries()) {
      this.#child.stdin!.write(`${index === 0 ? 'publish' : 'also'} ${publish.length}\n`);
      this.#child.stdin!.write(publish);
    }
  }

  /** Puts these callers in the place of the former ones, each with a connection of its own. */
  async call(callers: number, hello = ''): Promise<void> {
    await this.#ask(`callers ${callers} ${hello.length}\n${hello}`, 'ready');
  }

  async run({ count, bytes, answers }: Batches): Promise<RunFigures> {
    const line = await this.#ask(`run ${count} ${bytes} ${answers}\n`, 'done ', count);
    const [elapsed = 0, cpu = 0, ...latencies] = line.split(' ').slice(1).map(Number);
    return { elapsed, cpu, latencies };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  #ask(command: string, answer: string, steps = 1): Promise<string> {
    this.#child.stdin!.write(command, 'latin1');
    return this.#lines.next(answer, timeLimitSeconds * 1000 * steps);
  }
}
