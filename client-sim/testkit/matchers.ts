import type { SimClient } from '../client.ts';
import { assertion } from './assertion.ts';
import * as ofClients from './client-matchers.ts';
import * as ofReports from './report-matchers.ts';
import type { Verdict } from './verdict.ts';

/** As much as the kit takes of what a matcher is called with: `dontThrow` is jest's, `soft` vitest's. */
interface MatcherContext {
  dontThrow?: unknown;
  soft?: unknown;
}

type Judge<A extends unknown[]> = (client: SimClient, ...args: A) => Promise<Verdict>;

/** All matchers, for `expect.extend`: vitest's, jest's, or another's that works the same. */
export const matchers = {
  toHaveReceived: awaited(ofClients.toHaveReceived),
  toHaveReceivedOnce: awaited(ofClients.toHaveReceivedOnce),
  toHaveReceivedNothing: awaited(ofClients.toHaveReceivedNothing),
  ...ofReports,
};

function awaited<A extends unknown[]>(judge: Judge<A>) {
  return function (this: MatcherContext | undefined, client: SimClient, ...args: A): Promise<Verdict> {
    // jest chains a `then` and a `catch` to what a matcher returns, vitest a `then`, and another for `expect.soft`.
    const wraps = this?.dontThrow || this?.soft ? 2 : 1;
    return assertion(client, 'expect', () => judge(client, ...args), wraps);
  };
}
