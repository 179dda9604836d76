import { type Command, Option } from 'commander';
import { platformClasses } from '../../server/protocol/frames.ts';
import {
  ConnectError,
  connectClient,
  type ConnectOptions as Login,
  type Platform,
  type SimClient,
} from '../index.ts';
import { Failure } from './failure.ts';
import { frameLine } from './frame-line.ts';
import { repeated } from './option-values.ts';
import { printable } from './printable.ts';
import { noSimulator } from './sim-call.ts';
import { stopSignal } from './stop-signal.ts';
import { appKeyOption, urlOption } from './target.ts';
import { colors, print, printJson, tell } from './terminal.ts';

interface ConnectOptions {
  user?: string[];
  token?: string;
  platform?: Platform;
  appKey?: string;
  url: string;
  json?: true;
}

export function addConnect(program: Command): void {
  program
    .command('connect')
    .description('Bring users online, and show each status message that reaches them.')
    .option('--user <userId>', 'a user to bring online, in open mode; repeatable', repeated)
    .addOption(
      new Option('--token <token>', 'who to bring online when apps are configured').conflicts('user'),
    )
    .addOption(
      new Option(
        '--platform <platform>',
        'what the users log in from; one session per class of platform',
      ).choices(Object.keys(platformClasses)),
    )
    .addOption(urlOption())
    .addOption(appKeyOption())
    .option('--json', 'print a ready line, then each frame with its user, as lines of JSON')
    .addHelpText('after', examples)
    .action(connect);
}

const examples = `
Examples:
  status-sim connect --user alice --user bob
  status-sim connect --user bob --platform ios --json
  status-sim connect --app-key mykey --token "$TOKEN"`;

async function connect(options: ConnectOptions): Promise<void> {
  const { url, json } = options;
  const clients = await Promise.all(loginsOf(options).map((login) => open(url, login)));
  const stopped = stopSignal();
  const users = clients.map(({ userId, sessionId }) => ({ userId, sessionId }));
  const names = users.map(({ userId }) => printable(userId));
  if (json) printJson({ ready: true, users });
  else tell(`Online at ${url}: ${names.join(', ')}. Ctrl-C ends it.`);
  const userWidth = Math.max(...names.map(({ length }) => length));
  for (const client of clients) void show(client, userWidth, json);
  try {
    await Promise.race([stopped, ...clients.map(lost)]);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

function loginsOf({ user, token, platform, appKey }: ConnectOptions): Login[] {
  const common = { platform, appKey, inboxLimit };
  if (user) return user.map((userId) => ({ userId, ...common }));
  if (token) return [{ token, ...common }];
  throw new Failure('Say who to bring online: with --user, or with --token when apps are configured.', 2);
}

/** Frames are shown as they come: only those of one turn of the event loop have to wait. */
const inboxLimit = 1000;

async function open(url: string, login: Login): Promise<SimClient> {
  try {
    return await connectClient(`${url.replace(/^http/, 'ws')}/connect`, login);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const neverOpened = error.closeCode === 1006;
    throw neverOpened ? noSimulator(url) : new Failure(`Refused with ${error.closeCode}: ${error.reason}`);
  }
}

async function show(client: SimClient, userWidth: number, json = false): Promise<void> {
  const { userId } = client;
  for await (const frame of client) {
    if (json) printJson({ userId, frame });
    else print(frameLine(userId, frame, userWidth, colors));
  }
}

/** @throws Failure when the session ends */
async function lost(client: SimClient): Promise<never> {
  const { code, reason } = await client.closed;
  throw new Failure(
    `The session of ${client.userId} was closed with ${code}: ${reason || 'The connection broke.'}`,
  );
}
