import type { SimClient } from '../client.ts';
import { assertion } from './assertion.ts';
import * as ofClients from './client-matchers.ts';
import * as ofReports from './report-matchers.ts';
import type { Verdict } from './verdict.ts';

/** What tells the runners apart: `dontThrow` is jest's, `soft` is set by vitest's `expect.soft`. */
interface MatcherContext {
  dontThrow?: unknown;
  soft?: unknown;
}

type Judge<A extends unknown[]> = (client: SimClient, ...args: A) => Promise<Verdict>;

/** All matchers, for `expect.extend` of vitest, jest and anything compatible. */
export const matchers = {
  toHaveReceived: awaited(ofClients.toHaveReceived),
  toHaveReceivedOnce: awaited(ofClients.toHaveReceivedOnce),
  toHaveReceivedNothing: awaited(ofClients.toHaveReceivedNothing),
  ...ofReports,
};

function awaited<A extends unknown[]>(judge: Judge<A>) {
  return function (this: MatcherContext | undefined, client: SimClient, ...args: A): Promise<Verdict> {
    // jest chains `then` and `catch`; vitest `then`, and once more for `expect.soft`.
    const wraps = this?.dontThrow || this?.soft ? 2 : 1;
    return assertion(client, 'expect', () => judge(client, ...args), wraps);
  };
}
