import { EventEmitter } from 'node:events';
import { type Command, Option } from 'commander';
import { closeCodes } from '../../server/protocol/close-codes.ts';
import { platformClasses } from '../../server/protocol/frames.ts';
import {
  type Closing,
  ConnectError,
  connectLasting,
  type LastingClient,
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
import { exitInOrder, stopSignal } from './stop-signal.ts';
import { appKeyOption, urlOption, wsUrlOf } from './target.ts';
import { colors, printJson, printLive, tell } from './terminal.ts';

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
    .allowExcessArguments()
    .action((options, { args }: Command) => connect(options, args[0]));
}

const examples = `
Examples:
  status-sim connect --user alice --user bob
  status-sim connect --user alice --to bob --watch bob
  status-sim connect --user bob --platform ios --json
  status-sim connect --app-key mykey --token "$TOKEN"`;

async function connect(options: ConnectOptions, argument: string | undefined): Promise<void> {
  if (argument !== undefined) throw new Failure(`Use --user ${argument}.`, 2);
  const { url, to, json } = options;
  const users = await Promise.all(loginsOf(options).map((login) => open(url, login)));
  const stopped = stopSignal();
  announce(users, options);
  const composer = to === undefined ? undefined : new Composer(users[0]!.client, to);
  const write = (line: () => void) => (composer ? composer.above(line) : line());
  const userWidth = Math.max(...users.map(({ userId }) => printable(userId).length));
  const lost = users.map((user) => stay(user, takerOf(user.userId, userWidth, write, json), options));
  try {
    await Promise.race([stopped, composer?.ended ?? stopped, ...lost]);
  } finally {
    composer?.close();
    for (const { events } of users) events.removeAllListeners();
    await Promise.all(users.map(({ client }) => client.close()));
  }
  await exitInOrder();
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

/** A user whose client comes back when its session is lost. */
interface User {
  client: LastingClient;
  userId: string;
  sessionId: string;
  events: EventEmitter<{ online: [SimClient]; offline: [Closing]; refused: [ConnectError] }>;
}

async function open(url: string, login: Login): Promise<User> {
  const events: User['events'] = new EventEmitter();
  let first: SimClient | undefined;
  try {
    const client = await connectLasting(wsUrlOf(url), {
      ...login,
      longestPauseMs: 2000,
      onOnline: (session) => {
        first ??= session;
        events.emit('online', session);
      },
      onOffline: (closing) => events.emit('offline', closing),
      onRefused: (error) => events.emit('refused', error),
    });
    return { client, events, userId: first!.userId, sessionId: first!.sessionId };
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    throw error.closeCode === 1006 ? noSimulator(url) : refusal(error);
  }
}

const refusal = ({ closeCode, reason }: ConnectError) => new Failure(`Refused with ${closeCode}: ${reason}`);

function announce(users: readonly User[], { url, to, json }: ConnectOptions): void {
  if (json) {
    printJson({ ready: true, users: users.map(({ userId, sessionId }) => ({ userId, sessionId })) });
    return;
  }
  const names = users.map(({ userId }) => printable(userId));
  const end =
    to === undefined
      ? 'Press Ctrl-C to stop.'
      : `Lines you type go to ${printable(to)}. Press Ctrl-D to stop.`;
  tell(`Online at ${url}: ${names.join(', ')}. ${end}`);
}

/** Prints a user's frames. `write` has a line printed where there is room for it. */
function takerOf(userId: string, userWidth: number, write: (line: () => void) => void, json = false) {
  const screen = new Screen({
    userId,
    userWidth,
    clock: realClock,
    colors,
    write: (line) => write(() => printLive(line)),
  });
  return (frame: ServerFrame): void => {
    if (!json) screen.show(frame);
    else if (isShown(frame)) write(() => printLive(printable(JSON.stringify({ userId, frame })), true));
  };
}

/** All that a user sees, and no answers. */
function isShown({ type }: ServerFrame): boolean {
  return type === 'status' || type === 'echo' || type === 'presence';
}

/**
 * Takes the frames of each session of this user, and has the coming and going of those told who are watched.
 * @throws Failure when the user may not come back, or those may not be watched
 */
async function stay(
  { client, userId, events }: User,
  take: (frame: ServerFrame) => void,
  { url, watch = [], json }: ConnectOptions,
): Promise<never> {
  const user = printable(userId);
  return new Promise((_, reject) => {
    const attend = (session: SimClient) => {
      for (const frame of session.received) take(frame);
      session.on('frame', take);
      if (watch.length === 0) return;
      session.subscribe(watch).catch((error: Error) => {
        // Otherwise the session has ended, and the next one asks again.
        if (client.session === session) reject(new Failure(error.message));
      });
    };
    if (client.session) attend(client.session);
    events.on('online', (session) => {
      if (json) printJson({ ready: true, users: [{ userId, sessionId: session.sessionId }] });
      else tell(`${user} is online at ${url} again.`);
      attend(session);
    });
    events.on('offline', ({ code, reason }) => {
      const closed = `The session of ${user} was closed with ${code}: ${reason || 'The connection was lost.'}`;
      if (code === closeCodes.kicked || code === closeCodes.blocked) reject(new Failure(closed));
      else tell(`${closed} Reconnecting …`);
    });
    events.on('refused', (error) => reject(refusal(error)));
  });
}
