import { type Command, Option } from 'commander';
import { platformClasses } from '../../server/protocol/frames.ts';
import {
  ConnectError,
  connectClient,
  type ConnectOptions as Login,
  type Platform,
  type ServerFrame,
  type SimClient,
} from '../index.ts';
import { Composer } from './composer.ts';
import { Failure } from './failure.ts';
import { repeated } from './option-values.ts';
import { printable } from './printable.ts';
import { realClock } from './real-clock.ts';
import { Screen } from './screen.ts';
import { noSimulator } from './sim-call.ts';
import { stopSignal } from './stop-signal.ts';
import { appKeyOption, urlOption, wsUrlOf } from './target.ts';
import { colors, print, printJson, tell } from './terminal.ts';

interface ConnectOptions {
  user?: string[];
  token?: string;
  platform?: Platform;
  watch?: string[];
  to?: string;
  appKey?: string;
  url: string;
  json?: true;
}

export function addConnect(program: Command): void {
  program
    .command('connect')
    .description('Bring users online and show what they receive: messages and typing indicators.')
    .option('--user <userId>', 'user to bring online, in open mode; repeatable', repeated)
    .addOption(
      new Option(
        '--token <token>',
        'token of the user to bring online, when the simulator has apps',
      ).conflicts('user'),
    )
    .addOption(
      new Option(
        '--platform <platform>',
        'platform the users log in from; a user has one session per class of platform',
      ).choices(Object.keys(platformClasses)),
    )
    .option('--watch <userId>', 'also show when this user comes online or goes offline; repeatable', repeated)
    .option('--to <userId>', 'send each line you type to this user, with typing indicators')
    .addOption(urlOption())
    .addOption(appKeyOption())
    .option('--json', 'print one line of JSON when ready, then one per frame, with its user')
    .addHelpText('after', examples)
    .action(connect);
}

const examples = `
Examples:
  status-sim connect --user alice --user bob
  status-sim connect --user alice --to bob --watch bob
  status-sim connect --user bob --platform ios --json
  status-sim connect --app-key mykey --token "$TOKEN"`;

async function connect(options: ConnectOptions): Promise<void> {
  const clients = await Promise.all(loginsOf(options).map((login) => open(options.url, login)));
  const stopped = stopSignal();
  announce(clients, options);
  const composer = options.to === undefined ? undefined : new Composer(clients[0]!, options.to);
  show(clients, (line) => (composer ? composer.above(line) : line()), options.json);
  const lost = clients.map((client) => watch(client, options.watch));
  try {
    await Promise.race([stopped, composer?.ended ?? stopped, ...lost]);
  } finally {
    composer?.close();
    await Promise.all(clients.map((client) => client.close()));
  }
}

function loginsOf({ user, token, platform, appKey, to }: ConnectOptions): Login[] {
  const common = { platform, appKey, inboxLimit };
  if (to !== undefined && user && user.length > 1) {
    throw new Failure('--to needs a single sender: give --user only once.', 2);
  }
  if (user) return user.map((userId) => ({ userId, ...common }));
  if (token) return [{ token, ...common }];
  throw new Failure('No user: add --user <userId>, or --token <token> when the simulator has apps.', 2);
}

/** Frames are shown as they come: only those that come before all users are online have to wait. */
const inboxLimit = 1000;

async function open(url: string, login: Login): Promise<SimClient> {
  try {
    return await connectClient(wsUrlOf(url), login);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const neverOpened = error.closeCode === 1006;
    throw neverOpened ? noSimulator(url) : new Failure(`Refused with ${error.closeCode}: ${error.reason}`);
  }
}

function announce(clients: readonly SimClient[], { url, to, json }: ConnectOptions): void {
  const users = clients.map(({ userId, sessionId }) => ({ userId, sessionId }));
  if (json) {
    printJson({ ready: true, users });
    return;
  }
  const names = users.map(({ userId }) => printable(userId));
  const end =
    to === undefined
      ? 'Press Ctrl-C to stop.'
      : `Lines you type go to ${printable(to)}. Press Ctrl-D to stop.`;
  tell(`Online at ${url}: ${names.join(', ')}. ${end}`);
}

/** Prints what has come and what will come. `write` has a line printed where there is room for it. */
function show(clients: readonly SimClient[], write: (line: () => void) => void, json = false): void {
  const userWidth = Math.max(...clients.map(({ userId }) => printable(userId).length));
  for (const client of clients) {
    const { userId } = client;
    const screen = new Screen({
      userId,
      userWidth,
      clock: realClock,
      colors,
      write: (line) => write(() => print(line)),
    });
    const take = (frame: ServerFrame) => {
      if (!json) screen.show(frame);
      else if (isShown(frame)) write(() => printJson({ userId, frame }));
    };
    for (const frame of client.received) take(frame);
    client.on('frame', take);
  }
}

/** All that a user sees, and no answers. */
function isShown({ type }: ServerFrame): boolean {
  return type === 'status' || type === 'echo' || type === 'presence';
}

/** Has the coming and going of these users told. @throws Failure when that is refused, and when the session ends */
async function watch(client: SimClient, userIds: readonly string[] = []): Promise<never> {
  if (userIds.length > 0) {
    await client.subscribe(userIds).catch((error: Error) => {
      throw new Failure(error.message);
    });
  }
  const { code, reason } = await client.closed;
  throw new Failure(
    `The session of ${client.userId} was closed with ${code}: ${reason || 'The connection was lost.'}`,
  );
}
