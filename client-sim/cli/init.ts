import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { usualConfig } from './config-file.ts';
import { Failure } from './failure.ts';
import { callerFolder, invocation } from './invocation.ts';
import { defaultPort } from './target.ts';
import { print } from './terminal.ts';

export function addInit(program: Command): void {
  program
    .command('init')
    .description(`Write ${usualConfig}, with settings to begin with, into the current folder.`)
    .addHelpText('after', examples)
    .action(init);
}

const examples = `
It never overwrites a file.

Examples:
  status-sim init`;

function init(): void {
  const folder = resolve(callerFolder ?? '');
  try {
    writeFileSync(join(folder, usualConfig), firstConfig(folder), { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(
      code === 'EEXIST'
        ? `There is a ${usualConfig} here already. It stays as it is.`
        : `${usualConfig} cannot be written: ${message}.`,
    );
  }
  print(`Wrote ${usualConfig}. ${invocation} serve uses it when started in this folder.`);
}

/** What somebody changes who has just begun. */
function firstConfig(folder: string): string {
  return `{
  "$schema": ${JSON.stringify(schemaFrom(folder))},
  "port": ${defaultPort},
  "initialState": [
    {
      "online": [{ "userId": "bob", "platform": "ios" }, { "userId": "carol" }],
      "groups": { "team": ["alice", "bob", "carol"] },
      "blacklists": { "carol": ["mallory"] }
    }
  ]
}
`;
}

/** Where an editor finds the schema: in the package as it is installed there, or above. */
function schemaFrom(folder: string): string {
  const inPackage = join('node_modules', 'status-sim', 'client-sim', 'status-sim.schema.json');
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, inPackage))) return pathTo(relative(folder, join(above, inPackage)));
    if (above === dirname(above)) return pathTo(inPackage);
  }
}

function pathTo(file: string): string {
  const path = file.split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
