import { typingType } from '../typing.js';

/** How a message of this swarm says which one it is: by a number in its content. */
export class Label {
  readonly #run: string;

  /** `run` tells this swarm from all others. */
  constructor(run: string) {
    this.#run = run;
  }

  /** The content of a message. */
  contentOf(number: number, objectName: string): string {
    const typing = objectName === typingType ? { typingContentType: 'RC:TxtMsg' } : {};
    return JSON.stringify({ ...typing, swarm: this.#run, message: number });
  }

  /** Undefined for a message that is none of this swarm's. */
  numberOf(content: string): number | undefined {
    try {
      const { swarm, message } = JSON.parse(content);
      return swarm === this.#run && Number.isInteger(message) ? message : undefined;
    } catch {
      return undefined;
    }
  }
}
