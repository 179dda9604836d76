/** How to type this command: in the repository, or as a package. */
export const invocation = import.meta.url.endsWith('.ts') ? 'npm run --silent sim --' : 'npx status-sim';
