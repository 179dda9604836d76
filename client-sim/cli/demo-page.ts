import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { PageFiles } from '../../server/app/settings.ts';

const folder = new URL('../web/', import.meta.url);

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The demo page, for the simulator to serve at `/`. Its files are read when they are asked for. */
export function demoPage(): PageFiles {
  const files = [...readdirSync(folder), '../typing.js', '../typing-presets.js'];
  const served = files.filter((file) => extname(file) in types);
  return Object.fromEntries(
    served.map((file) => [
      pathOf(file),
      {
        type: types[extname(file)]!,
        get text() {
          return read(file);
        },
      },
    ]),
  );
}

/** As the browser resolves it: there is nothing above the root. */
function pathOf(file: string): string {
  return file === 'index.html' ? '/' : new URL(file, 'http://localhost/').pathname;
}

function read(file: string): string {
  const text = withoutRemarks(readFileSync(new URL(file, folder), 'utf8'));
  return extname(file) === '.css' ? withoutBreaks(text) : text;
}

/** Comments and indentation are for whoever reads the source: they are a quarter of the page's weight. */
function withoutRemarks(text: string): string {
  return text.replace(/^\s*\/\*.*?\*\/\n/gms, '').replace(/^\s*(\/\/.*\n\s*)*/gm, '');
}

function withoutBreaks(css: string): string {
  return css.replace(/\s*([{};,])\s*/g, '$1');
}
