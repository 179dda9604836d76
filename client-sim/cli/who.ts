import type { Command } from 'commander';
import { printable } from './printable.ts';
import { callSim, readAnswer } from './sim-call.ts';
import { adminTokenOption, appKeyOption, type Target, urlOption } from './target.ts';
import { colors, print, printJson } from './terminal.ts';

interface WhoOptions extends Target {
  json?: true;
}

interface Presence {
  online: number;
  users: { userId: string; sessions: number }[];
}

export function addWho(program: Command): void {
  program
    .command('who')
    .description('Show who is online, in which app.')
    .addOption(urlOption())
    .addOption(appKeyOption('only the users of this app'))
    .addOption(adminTokenOption())
    .option('--json', 'print one line of JSON for each app')
    .addHelpText('after', examples)
    .action(who);
}

const examples = `
Examples:
  status-sim who
  status-sim who --app-key mykey --json`;

async function who(options: WhoOptions): Promise<void> {
  const appKeys = options.appKey === undefined ? await appsWithUsers(options) : [options.appKey];
  const apps = await Promise.all(
    appKeys.map(async (appKey) => ({ appKey, ...(await presenceIn({ ...options, appKey })) })),
  );
  if (options.json) apps.forEach(printJson);
  else print(textOf(apps));
}

async function appsWithUsers(target: Target): Promise<string[]> {
  const { apps } = await get<{ apps: { appKey: string; online: number }[] }>(target, '/sim/apps');
  return apps.filter(({ online }) => online > 0).map(({ appKey }) => appKey);
}

async function presenceIn(target: Target): Promise<Presence> {
  const { online, users } = await get<Presence>(target, '/sim/presence');
  return { online, users };
}

async function get<T extends object>(target: Target, path: string): Promise<T> {
  return callSim(target, path, readAnswer<T>(target));
}

function textOf(apps: (Presence & { appKey: string })[]): string {
  const rows = apps.flatMap(({ appKey, users }) => {
    return users.map(({ userId, sessions }) => [printable(appKey), printable(userId), String(sessions)]);
  });
  if (rows.length === 0) return 'Nobody is online.';
  const table = [['app', 'user', 'sessions'], ...rows];
  const [keys, users] = [0, 1].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map(([key, user, sessions]) => {
    return [key!.padEnd(keys!), user!.padEnd(users!), sessions!.padStart('sessions'.length)].join('  ');
  });
  const more = apps.filter(({ online, users }) => online > users.length);
  const rest = more.map(({ appKey, online, users }) => {
    return `and ${online - users.length} more in ${printable(appKey)}`;
  });
  return [colors.bold(lines[0]!), ...lines.slice(1), ...rest].join('\n');
}
