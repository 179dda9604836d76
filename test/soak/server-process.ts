import { join } from 'node:path';
import { killChildren, startChild } from '../bench/children.ts';
import { Lines } from '../bench/lines.ts';
import type { Reading } from './reading.ts';

const limitMs = 60_000;

/** A simulator whose memory is measured alone. */
export class ServerProcess {
  readonly url: string;
  readonly wsUrl: string;
  readonly #child: ReturnType<typeof startChild>;
  readonly #lines: Lines;
  #lastReading: Promise<unknown> = Promise.resolve();

  private constructor(child: ReturnType<typeof startChild>, lines: Lines, url: string, wsUrl: string) {
    this.#child = child;
    this.#lines = lines;
    this.url = url;
    this.wsUrl = wsUrl;
  }

  static async start(): Promise<ServerProcess> {
    const program = join(import.meta.dirname, 'server.ts');
    const child = startChild(0, process.execPath, ['--expose-gc', '--import', 'tsx', program]);
    const lines = new Lines(child.stdout!, child.stderr!);
    const { url, wsUrl } = JSON.parse(await lines.next('{"url"', limitMs));
    return new ServerProcess(child, lines, url, wsUrl);
  }

  /** One reading after the other: the answers do not say which question they are for. */
  read(): Promise<Reading> {
    const reading = this.#lastReading.then(async () => {
      this.#child.stdin!.write('\n');
      return JSON.parse(await this.#lines.next('{"usedBytes"', limitMs)) as Reading;
    });
    this.#lastReading = reading;
    return reading;
  }

  end(): void {
    killChildren();
  }
}
