import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { PageFiles } from '../../server/app/settings.ts';

const folder = new URL('../web/', import.meta.url);

/** What the page has from the library. The browser needs no build; that of the package only makes the files smaller. */
const shared = ['../typing.js', '../typing-check.js', '../typing-presets.js'];

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The demo page, for the simulator to serve at `/`. Its files are read when they are first asked for. */
export function demoPage(): PageFiles {
  const files = readdirSync(folder).filter((name) => extname(name) in types);
  return Object.fromEntries([...files, ...shared].map((file) => [pathOf(file), lazily(file)]));
}

function lazily(file: string) {
  let served: string | undefined;
  return {
    type: types[extname(file)]!,
    get text() {
      served ??= readFileSync(new URL(file, folder), 'utf8');
      return served;
    },
  };
}

/** As the browser resolves it: there is nothing above the root. */
function pathOf(file: string): string {
  return file === 'index.html' ? '/' : new URL(file, 'http://localhost/').pathname;
}
