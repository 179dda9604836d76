import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { PageFiles } from '../../server/app/settings.ts';

/** The page's files, from its folder on. */
const files = [
  'app.js',
  'change.js',
  'chat.js',
  'clock.js',
  'connection.js',
  'element.js',
  'event-feed.js',
  'icon.svg',
  'index.html',
  'language.js',
  'notice.js',
  'outcome.js',
  'person.js',
  'phone.js',
  'publish-entry.js',
  'recipients.js',
  'rules.js',
  'scenes.js',
  'server-call.js',
  'simulator.js',
  'stage.js',
  'strings.js',
  'style.css',
  'tour.js',
  'trace.js',
  'typing-notice.js',
  'user.js',
  '../typing.js',
  '../typing-presets.js',
];

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads the demo page, for the simulator to serve at `/`. */
export function readDemoPage(): PageFiles {
  return Object.fromEntries(
    files.map((file) => [pathOf(file), { type: types[extname(file)]!, text: read(file) }]),
  );
}

/** As the browser resolves it: there is nothing above the root. */
function pathOf(file: string): string {
  return file === 'index.html' ? '/' : new URL(file, 'http://localhost/').pathname;
}

function read(file: string): string {
  const text = withoutRemarks(readFileSync(new URL(`../web/${file}`, import.meta.url), 'utf8'));
  return extname(file) === '.css' ? withoutBreaks(text) : text;
}

/** Comments and indentation are for whoever reads the source: they are a quarter of the page's weight. */
function withoutRemarks(text: string): string {
  return text.replace(/^\s*\/\*.*?\*\/\n/gms, '').replace(/^\s*(\/\/.*\n\s*)*/gm, '');
}

function withoutBreaks(css: string): string {
  return css.replace(/\s*([{};,])\s*/g, '$1');
}
