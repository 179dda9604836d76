import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { PageFiles } from '../../server/app/settings.ts';
import { squeeze } from './squeeze.ts';

const folder = new URL('../web/', import.meta.url);

/** What the page has from the library: as it stands, for the browser needs no build. */
const shared = ['../typing.js', '../typing-check.js', '../typing-presets.js'];

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads the page, for the simulator to serve at `/`. */
export function readDemoPage(): PageFiles {
  const files = readdirSync(folder).filter((name) => extname(name) in types);
  return Object.fromEntries(
    [...files, ...shared].map((file) => [pathOf(file), { type: types[extname(file)]!, text: read(file) }]),
  );
}

/** As the browser resolves it: there is nothing above the root. */
function pathOf(file: string): string {
  return file === 'index.html' ? '/' : new URL(file, 'http://localhost/').pathname;
}

function read(file: string): string {
  const text = readFileSync(new URL(file, folder), 'utf8');
  if (extname(file) === '.js') return squeeze(text);
  const dense = text.replace(layout, (_, end, sign = '') => end ?? sign.trim());
  return extname(file) === '.css' ? withShortNames(dense) : dense;
}

/** Of custom properties, all but the one that the scripts set. */
function withShortNames(css: string): string {
  const names = [...new Set(css.match(/--(?!hue)[a-z]+/g))];
  return css.replace(/--(?!hue)[a-z]+/g, (name) => `--${names.indexOf(name).toString(36)}`);
}

/** Of style and markup: comments, indentation, and the space around what needs none. */
const layout = /\/\*[\s\S]*?\*\/\s*|\s*;?\s*(\})\s*|\s*([{;,\n]|: )\s*/g;
