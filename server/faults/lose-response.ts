import { type Fields, userId, wholeNumber } from '../core/parameters.ts';
import { limits } from '../protocol/limits.ts';
import type { Fault, FaultSpec } from './fault.ts';

/** The next `count` publishes over HTTP, of one sender or of all, are accepted and delivered; the answer is lost. */
export class LoseResponse implements Fault {
  readonly userId: string | undefined;
  #left: number;

  constructor(fields: Fields) {
    this.userId = fields.has('userId') ? userId(fields, 'userId') : undefined;
    this.#left = wholeNumber(fields, 'count', 1, limits.faultCount) ?? 1;
  }

  list(): FaultSpec {
    return {
      fault: 'lose-response',
      ...(this.userId === undefined ? {} : { userId: this.userId }),
      count: this.#left,
    };
  }

  isSpent(): boolean {
    return this.#left === 0;
  }

  loseResponse(): boolean {
    this.#left--;
    return true;
  }
}
