import { AssertionError } from 'node:assert';
import type { Verdict } from '../claims/claims.ts';
import { CallSite } from './call-site.ts';

export type { Verdict };

/** @throws AssertionError if it did not pass; with `not`, if it did */
export function enforce({ pass, message }: Verdict, not: boolean): void {
  if (pass === not) throw failure(message());
}

/** An assertion's failure, at the line of the test. */
export function failure(message: string): AssertionError {
  // With another operator jest prints a comparison of two values that do not exist.
  return new CallSite().adopt(new AssertionError({ message, operator: 'fail' }));
}

/** The refusal of what an assertion cannot be about, at the line of the test. @param call gives what it is about */
export function wrongSubject(subject: unknown, what: string, call: string): TypeError {
  const hint = subject instanceof Promise ? ` Await ${call} first.` : '';
  return new CallSite().adopt(
    new TypeError(`The assertion is about ${what}, as ${call} gives it, not about this value.${hint}`),
  );
}
