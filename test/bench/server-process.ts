import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate } from './candidate.ts';
import { startChild } from './children.ts';
import { freePort } from './free-port.ts';
import { Lines } from './lines.ts';

const startLimitMs = 120_000; // the first start may install a package
const answerLimitMs = 60_000;
const core = 0;

/** A candidate's server, running in a process of its own. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #lines: Lines;
  /** Whether it takes the lines of serve.ts. */
  readonly #obeys: boolean;

  private constructor(child: ChildProcess, lines: Lines, port: number, obeys: boolean) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
    this.#obeys = obeys;
  }

  /** Rejects with the reason when the candidate is not to be had on this machine. */
  static async start(candidate: Candidate, nodeOptions: readonly string[] = []): Promise<ServerProcess> {
    return candidate.command === undefined ? startServed(candidate.name) : startCommand(candidate.command);

    async function startServed(name: string): Promise<ServerProcess> {
      const args = [...nodeOptions, '--import', 'tsx', join(import.meta.dirname, 'serve.ts'), name];
      const child = startChild(core, process.execPath, args);
      const lines = new Lines(child.stdout!, child.stderr!);
      const port = Number((await lines.next('port ', startLimitMs)).slice('port '.length));
      return new ServerProcess(child, lines, port, true);
    }

    async function startCommand(command: NonNullable<Candidate['command']>): Promise<ServerProcess> {
      const port = await freePort();
      const { program, args, readyText } = await command(port);
      const child = startChild(core, program, args);
      const lines = new Lines(child.stdout!, child.stderr!);
      await lines.next(readyText, startLimitMs);
      return new ServerProcess(child, lines, port, false);
    }
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Resident memory in bytes. */
  memory(): number {
    return this.#status('VmRSS');
  }

  /** The same without garbage, where that can be asked for. Afterwards JavaScript is slow for a while. */
  async leastMemory(): Promise<number> {
    if (this.#obeys) await this.#ask('gc');
    return this.memory();
  }

  /** Bytes that JavaScript has allocated and that are not collected yet; with `collected`, only what is still in use. */
  async heap(collected = false): Promise<number> {
    if (collected) await this.#ask('gc');
    return Number(await this.#ask('heap'));
  }

  /** Open descriptors. */
  descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** Starts to watch for the highest resident memory. */
  watchPeakMemory(): void {
    writeFileSync(`/proc/${this.pid}/clear_refs`, '5');
  }

  /** In bytes, since `watchPeakMemory`. */
  peakMemory(): number {
    return this.#status('VmHWM');
  }

  /** The longest that its event loop stood still since this was last asked, in ms; undefined when it has none of Node's. */
  async longestBlock(): Promise<number | undefined> {
    return this.#obeys ? Number(await this.#ask('block')) : undefined;
  }

  /** Starts a CPU profile, or ends it and resolves with the text of the `.cpuprofile`. */
  async profile(): Promise<string> {
    return this.#ask('profile');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  #status(name: string): number {
    const line = readFileSync(`/proc/${this.pid}/status`, 'utf8')
      .split('\n')
      .find((each) => each.startsWith(name))!;
    return Number.parseInt(line.slice(name.length + 1), 10) * 1024;
  }

  async #ask(question: string): Promise<string> {
    this.#child.stdin!.write(`${question}\n`);
    return (await this.#lines.next(`${question} `, answerLimitMs)).slice(question.length + 1);
  }
}
