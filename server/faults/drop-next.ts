import type { DropReason } from '../core/delivery-report.ts';
import { type Fields, requiredWholeNumber, userId } from '../core/parameters.ts';
import { limits } from '../protocol/limits.ts';
import type { Fault, FaultSpec } from './fault.ts';

/** The next `count` messages to the user, who is online, are lost on the way: dropped with the reason `fault`. */
export class DropNext implements Fault {
  readonly userId: string;
  readonly effect = 'the fault drop-next loses it';
  #left: number;

  constructor(fields: Fields) {
    this.userId = userId(fields, 'userId');
    this.#left = requiredWholeNumber(fields, 'count', 1, limits.faultCount);
  }

  list(): FaultSpec {
    return { fault: 'drop-next', userId: this.userId, count: this.#left };
  }

  isSpent(): boolean {
    return this.#left === 0;
  }

  lose(): boolean {
    this.#left--;
    return true;
  }

  foresee(): DropReason {
    return 'fault';
  }
}
