import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The lines that a child prints. */
export class Lines {
  readonly #unread: string[] = [];
  #last = 'it printed nothing';
  #open: number;
  #look = () => {};

  constructor(...streams: Readable[]) {
    this.#open = streams.length;
    for (const input of streams) {
      const reader = createInterface({ input });
      reader.on('line', (line) => {
        this.#unread.push(line);
        this.#look();
      });
      reader.once('close', () => {
        this.#open--;
        this.#look();
      });
    }
  }

  /**
   * The next line that holds `text`; those before it are passed over. Rejects with the last one that was printed
   * when no more can come, or when it takes too long.
   */
  next(text: string, limitMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const found = this.#take(text);
        if (found !== undefined) resolve(found);
        else if (this.#open === 0) reject(new Error(this.#last));
      };
      AbortSignal.timeout(limitMs).addEventListener('abort', () => {
        reject(new Error(`no "${text.trim()}" within ${limitMs / 1000} s; the last line was: ${this.#last}`));
      });
      this.#look();
    });
  }

  #take(text: string): string | undefined {
    for (let line = this.#unread.shift(); line !== undefined; line = this.#unread.shift()) {
      if (line.includes(text)) return line;
      this.#last = line || this.#last;
    }
    return undefined;
  }
}
