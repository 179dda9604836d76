import { once } from 'node:events';
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { type LastingClient, PublishError, TypingSender } from '../index.ts';
import { printable } from './printable.ts';
import { realClock } from './real-clock.ts';

/** What is typed, and where the prompt stands. A terminal only if both are. */
interface Keyboard {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean };
}

/**
 * Sends each line that is typed to one user, as a text message of the client's own. On a terminal it also lets that
 * user know that somebody is typing, and keeps what is being typed below all else.
 */
export class Composer {
  /** Resolves when there is no more to type and all of it was answered. */
  readonly ended: Promise<void>;
  readonly #client: Pick<LastingClient, 'session'>;
  readonly #toUserId: string;
  readonly #keyboard: Keyboard;
  /** It is typed on a terminal, and not over yet. */
  #prompting: boolean;
  readonly #lines: Interface;
  readonly #typing: TypingSender;

  constructor(
    client: Pick<LastingClient, 'session'>,
    toUserId: string,
    keyboard: Keyboard = { input: process.stdin, output: process.stderr },
  ) {
    const { input, output } = keyboard;
    this.#client = client;
    this.#toUserId = toUserId;
    this.#keyboard = keyboard;
    this.#prompting = Boolean(input.isTTY && output.isTTY);
    this.#typing = new TypingSender({ clock: realClock, send: (message) => this.#send(message) });
    this.#lines = createInterface(this.#prompting ? { input, output, terminal: true } : { input });
    this.#lines.on('line', (text) => this.#submit(text));
    if (this.#prompting) this.#watchKeys();
    this.ended = once(this.#lines, 'close').then(() => client.session?.settle());
    this.ended.catch(() => {}); // whoever waits for the session hears of it
  }

  /** Lets something be written above what is being typed. */
  above(write: () => void): void {
    if (this.#prompting) this.#clear();
    write();
    if (this.#prompting) this.#lines.prompt(true);
  }

  close(): void {
    this.#lines.close();
  }

  #clear(): void {
    const { output } = this.#keyboard;
    moveCursor(output, 0, -this.#lines.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
  }

  #watchKeys(): void {
    // After the key has changed the line: that listener was there before.
    this.#keyboard.input.on('keypress', () => this.#typing.keystroke(this.#lines.line));
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    this.#lines.once('close', () => {
      this.#clear();
      this.#prompting = false;
    });
    this.#lines.prompt();
  }

  #submit(text: string): void {
    this.#typing.stop();
    if (text.trim() !== '')
      this.#send({ objectName: 'RC:TxtMsg', content: JSON.stringify({ content: text }) });
    if (this.#prompting) this.#lines.prompt();
  }

  #send(message: { objectName: string; content: string }): void {
    const sent =
      this.#client.session?.publish({ toUserId: this.#toUserId, ...message }) ??
      Promise.reject(new Error('Not sent: you are offline.'));
    sent.catch((error: Error) => {
      const reason =
        error instanceof PublishError ? `Refused with ${error.code}: ${error.errorMessage}` : error.message;
      this.above(() => this.#keyboard.output.write(`error: ${printable(reason)}\n`));
    });
  }
}
