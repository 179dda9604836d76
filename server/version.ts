import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('status-sim/package.json') as { version: string };

/** The version of this package, which every response names in `X-Status-Sim` (B6.1). */
export { version };
