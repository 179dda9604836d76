import * as ofClients from './client-matchers.ts';
import * as ofReports from './report-matchers.ts';

/** All matchers, for `expect.extend`: vitest's, jest's, or another's that works the same. */
export const matchers = { ...ofClients, ...ofReports };
