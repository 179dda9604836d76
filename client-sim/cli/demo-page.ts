import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
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

/**
 * The demo page, for the simulator to serve at `/`. Its files are read when they are first asked for. Where RongCloud's web
 * client is installed, it has a page, too, and the demo page a link to it.
 * @param places files beside whose packages to look for it: of the project in which the command runs, or of its own
 */
export function demoPage(places = [join(process.cwd(), 'package.json'), import.meta.url]): PageFiles {
  const client = webClient(places);
  const files = readdirSync(folder).filter((name) => extname(name) in types);
  const served = [...files, ...shared].filter((name) => client || !name.startsWith('web-client'));
  const page = Object.fromEntries(
    served.map((file) => [pathOf(file), lazily(extname(file), new URL(file, folder))]),
  );
  if (!client) return page;
  page['/'] = lazily('.html', new URL('index.html', folder), (html) =>
    html.replace('<html', '<html data-web-client'),
  );
  return { ...page, ...client };
}

function webClient(places: string[]): PageFiles | undefined {
  for (const from of places) {
    const [client, engine] = ['imlib-next', 'engine'].map((name) => moduleOf(`@rongcloud/${name}`, from));
    if (client === undefined || engine === undefined) continue;
    return {
      '/rongcloud/imlib-next.mjs': lazily('.js', client, (code) =>
        code.replaceAll(/(['"])@rongcloud\/engine\1/g, '"./engine.mjs"'),
      ),
      '/rongcloud/engine.mjs': lazily('.js', engine),
    };
  }
  return undefined;
}

/** Where a package has its module for browsers, beside the one for `require`. */
function moduleOf(name: string, from: string): string | undefined {
  try {
    const file = join(dirname(createRequire(from).resolve(name)), 'index.mjs');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined; // not installed
  }
}

function lazily(kind: string, file: string | URL, change = (text: string) => text) {
  let served: string | undefined;
  return {
    type: types[kind]!,
    get text() {
      served ??= change(readFileSync(file, 'utf8'));
      return served;
    },
  };
}

/** As the browser resolves it: there is nothing above the root. */
function pathOf(file: string): string {
  return file === 'index.html' ? '/' : new URL(file, 'http://localhost/').pathname;
}
