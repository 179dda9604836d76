const isSource = import.meta.url.endsWith('.ts');

/** How to type this command: in the repository, or as a package. */
export const invocation = isSource ? 'npm run --silent sim --' : 'npx status-sim';

/** Where `npm --prefix FOLDER run sim` was typed, which is not where npm runs it; undefined for this very folder. */
export const callerFolder =
  isSource && process.env.npm_lifecycle_event === 'sim' ? process.env.INIT_CWD : undefined;
