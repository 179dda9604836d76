import { AssertionError } from 'node:assert';
import { CallSite } from './call-site.ts';

/** What a matcher found, as vitest's and jest's `expect.extend` want it. */
export interface Verdict {
  pass: boolean;
  /** Why it passed, or why it did not. */
  message(): string;
}

/** @throws AssertionError when it did not pass; with `not`, when it did */
export function enforce({ pass, message }: Verdict, not: boolean): void {
  if (pass === not) throw failure(message());
}

/** What an assertion fails with, at the line of the test. */
export function failure(message: string): AssertionError {
  // With any other operator jest prints the two values that were compared.
  return new CallSite().adopt(new AssertionError({ message, operator: 'fail' }));
}
