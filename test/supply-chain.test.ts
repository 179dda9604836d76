import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8'));

interface Locked {
  version: string;
  integrity?: string;
  resolved?: string;
  dev?: true;
  optional?: true;
  link?: true;
  hasInstallScript?: true;
}

const { scripts, dependencies, allowScripts } = read('package.json');
/** Those that are not this repository's own. */
const packages = Object.entries(read('package-lock.json').packages as Record<string, Locked>).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
);

it('installing this package runs nothing of it, in whichever way it is installed', () => {
  // `postprepare` is not among them: npm runs it in a clone, after `npm install` there, and nowhere else.
  const installing = ['preinstall', 'install', 'postinstall', 'prepare'];
  expect(Object.keys(scripts).filter((name) => installing.includes(name))).toEqual([]);
});

it('installing what it depends on runs nothing either', () => {
  expect(packages.filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev)).toEqual([]);
});

it("what it is made with runs nothing either: it would have to be allowed to, in npm's own clone, too", () => {
  const running = packages.filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional);
  const names = running.map(([path]) => path.split('node_modules/').at(-1)!);
  expect(Object.fromEntries(names.map((name) => [name, false]))).toEqual(allowScripts);
});

it('every locked package is known by its hash, and comes from a registry', () => {
  const unknown = packages.filter(([, { integrity, resolved }]) => {
    return (
      !integrity?.startsWith('sha512-') || (resolved !== undefined && !/^https:\/\/[^/]+\//.test(resolved))
    );
  });
  expect(unknown).toEqual([]);
});

it('what newer versions of would want a newer Node is pinned exactly, for whoever installs it, too', () => {
  expect(dependencies['light-my-request']).toMatch(/^\d+\.\d+\.\d+$/);
});
