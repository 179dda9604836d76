import { AssertionError } from 'node:assert';

/** What a matcher found, as vitest's and jest's `expect.extend` want it. */
export interface Verdict {
  pass: boolean;
  /** Why it passed, or why it did not. */
  message(): string;
}

/** @throws AssertionError when it did not pass; with `not`, when it did */
export function enforce({ pass, message }: Verdict, not: boolean): void {
  if (pass === not) throw new AssertionError({ message: message() });
}
