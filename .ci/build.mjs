// Builds the package: the library as tsc makes it, the command as one file, and the page's files where it looks for them.
// node .ci/build.mjs [FOLDER [OPTIONS OF TSC...]]
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const [folder = 'dist', ...options] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', folder, ...options];

/** What prom-client loads at once, and nobody here calls. */
const unused = /prom-client\/lib\/(cluster|defaultMetrics|pushgateway)\.js$/;

function replacing(filter, contents) {
  return { name: String(filter), setup: (made) => made.onLoad({ filter }, () => ({ contents })) };
}

rmSync(folder, { recursive: true, force: true });
execFileSync(process.execPath, tsc, { stdio: 'inherit' });
cpSync('client-sim/web', `${folder}/client-sim/web`, { recursive: true });
await build({
  entryPoints: ['client-sim/web/*.js', 'client-sim/web/*.css', 'client-sim/typing*.js'],
  outbase: 'client-sim',
  outdir: `${folder}/client-sim`,
  format: 'esm',
  minify: true, // the page is to weigh little
  charset: 'utf8', // as \u…, Chinese would weigh twice as much
});
await build({
  entryPoints: ['client-sim/cli/main.ts'],
  outfile: `${folder}/client-sim/cli/main.cjs`, // where it would be on its own: what it reads stands beside it
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs', // loads faster than an ES module
  external: [
    '@redis/client', // brought along by whoever wants a cluster
    // Parts of Fastify's that a simulator alone never loads.
    '@fastify/ajv-compiler',
    '@fastify/fast-json-stringify-compiler',
    'light-my-request',
  ],
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  plugins: [replacing(/server\/version\.ts$/, `export const version = '${version}';`), replacing(unused, '')],
  minifySyntax: true,
  minifyWhitespace: true, // but names stay: they stand in stack traces
});
