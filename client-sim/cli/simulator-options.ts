import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Setting } from '../../server/app/setting.ts';
import { type SimulatorSettings, settingsOf, settingTable } from '../../server/app/settings.ts';
import { ApiError } from '../../server/core/api-error.ts';
import type { ClusterNode, Simulator } from '../../server/index.ts';
import { isPlatform, platformClasses } from '../../server/protocol/frames.ts';
import { limits } from '../../server/protocol/limits.ts';
import { defaultKey, type HostedUser } from '../hosted/initial-state.ts';
import { byKey, nearest, readConfig, usualConfig } from './config-file.ts';
import { Failure } from './failure.ts';
import { tell } from './terminal.ts';
import { isWorker } from './workers.ts';

/** What the command line said of a simulator, under the attributes of commander's options. */
export type SimulatorOptions = Record<string, unknown>;

/** The settings that the command takes. */
export const commandSettings: readonly (readonly [name: string, Setting])[] = Object.entries<Setting>(
  settingTable,
).filter(([, { group }]) => group !== undefined);

/** What `--help` lists, which is to fit on a screen. */
const common = ['host', 'port', 'apps', 'adminToken'];

/** Adds an option for each setting. */
export function addSimulatorOptions(command: Command, defaultPort: number): Command {
  for (const [name, setting] of commandSettings) {
    command.optionsGroup(`${setting.group}:`);
    const option = optionOf(name, name === 'port' ? { ...setting, default: defaultPort } : setting);
    command.addOption(option.hideHelp(!common.includes(name)));
  }
  return command
    .optionsGroup('Options:')
    .option('--user <id[@platform]>', 'a user to be online; repeatable', hostedUser)
    .option('--config <file>', `settings in JSON (default: ${usualConfig})`)
    .addOption(new Option('--no-config', `ignore ${usualConfig}`).hideHelp())
    .option('--help-all', 'list every option')
    .on('option:help-all', () => {
      for (const option of command.options) option.hideHelp(false);
      command.addHelpText('after', environmentHelp).help();
    });
}

const environmentHelp = `
Each setting can also come from the environment: --host from STATUS_SIM_HOST, --token-ttl from STATUS_SIM_TOKEN_TTL,
--app from STATUS_SIM_APPS (several separated by commas), --no-imlib from STATUS_SIM_IMLIB=false. Options win over the
environment, which wins over the file.`;

/**
 * What the command line says, else the environment, else a file, else the defaults. Says so if there is a file.
 * @param defaultPort 0 for a free one, whatever port the file has
 * @throws Failure naming the option, the variable or the key
 */
export function simulatorSettings(options: SimulatorOptions, defaultPort: number): SimulatorSettings {
  const given = commandSettings.flatMap(([name, setting]) => {
    const typed = options[optionOf(name, setting).attributeName()];
    const isTyped = typed !== undefined && !(typed === true && setting.default === true);
    const value = isTyped ? typed : fromEnvironment(name, setting);
    return value === undefined ? [] : [[name, value]];
  });
  const { config: option, user: users = [] } = options as { config?: string | false; user?: HostedUser[] };
  const config = readConfig(option);
  if (config !== undefined && !isWorker) {
    const found = option === undefined ? ', found in this folder (--no-config ignores it)' : '';
    tell(`Settings from ${config.file}${found}.`);
  }
  const port = defaultPort === 0 ? { port: 0 } : {};
  const inFile = { port: defaultPort, ...config?.settings, ...port };
  try {
    return withUsers(settingsOf({ ...inFile, ...Object.fromEntries(given) }), users);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const fromFile = Object.keys(config?.settings ?? {}).filter(
      (name) => !given.some(([each]) => each === name),
    );
    throw new Failure(asTyped(error.message, fromFile), 2);
  }
}

/** A user id, with or without a platform; an address is an id as well. */
function hostedUser(text: string, before: readonly HostedUser[] = []): HostedUser[] {
  const [, id = text, platform] = /^(.+)@([^@.]+)$/.exec(text) ?? [];
  if (id === '' || id.length > limits.userIdCharacters) {
    throw new InvalidArgumentError(`It must be a user id of 1 to ${limits.userIdCharacters} characters.`);
  }
  if (platform === undefined) return [...before, { userId: id }];
  if (isPlatform(platform)) return [...before, { userId: id, platform }];
  const names = Object.keys(platformClasses);
  const meant = nearest(platform, names);
  throw new InvalidArgumentError(
    meant ? `Did you mean ${id}@${meant}?` : `A platform is one of ${names.join(', ')}.`,
  );
}

/** The settings, with these users online as they say: in the only app, or in the one of whoever names none. */
function withUsers(settings: SimulatorSettings, users: readonly HostedUser[]): SimulatorSettings {
  const { apps, initialState } = settings;
  if (users.length === 0) return settings;
  if (apps.length > 1)
    throw new Failure('With several apps, --user does not say which: use a file of settings.', 2);
  const owner = apps[0]?.key ?? defaultKey;
  const isOwners = ({ appKey = owner }) => appKey === owner;
  const { online = [], ...state } = initialState.find(isOwners) ?? {};
  const others = initialState.filter((each) => !isOwners(each));
  const unnamed = online.filter(({ userId }) => !users.some((user) => user.userId === userId));
  return { ...settings, initialState: [...others, { ...state, online: [...unnamed, ...users] }] };
}

/** @throws Failure when the port cannot be had, or the cluster */
export async function start(settings: SimulatorSettings): Promise<Simulator | ClusterNode> {
  const { cluster, ...options } = settings;
  // Here, because loading it takes longer than all that most commands do.
  const { startSimulator } = await import('../../server/index.ts');
  const starting: Promise<Simulator | ClusterNode> =
    cluster === undefined ? startSimulator(options) : startSimulator({ ...options, cluster });
  return starting.catch((error) => {
    if (error instanceof ApiError) throw new Failure(`The initial state is refused: ${error.message}`);
    throw startFailure(error, settings);
  });
}

/** `heartbeatIntervalMs` is `--heartbeat-interval`; `apps` is `--app`, repeated; `imlib` is `--no-imlib`. */
export function optionOf(
  name: string,
  { kind, isList, default: defaultValue, description }: Setting,
): Option {
  const off = defaultValue === true;
  const long = `--${off ? 'no-' : ''}${words(isList ? name.replace(/s$/, '') : name).join('-')}`;
  if (kind.placeholder === undefined) return new Option(long, off ? `turn off ${description}` : description);
  const more = isList
    ? '; repeatable'
    : defaultValue === undefined
      ? ''
      : ` (default: ${writtenDefault(kind, defaultValue)})`;
  const parse = (text: string, before: readonly unknown[] = []) => {
    const value = kind.parse?.(text);
    if (kind.accepts(value)) return isList ? [...before, value] : value;
    if (kind.secret) throw new Failure(`${long} must be ${mustBe(kind)}.`, 2);
    throw new InvalidArgumentError(`It must be ${mustBe(kind)}.`);
  };
  return new Option(`${long} <${kind.placeholder}>`, description + more).argParser(parse);
}

/** `heartbeatIntervalMs` is `STATUS_SIM_HEARTBEAT_INTERVAL`. */
export function variableOf(name: string): string {
  return `STATUS_SIM_${words(name).join('_').toUpperCase()}`;
}

function words(name: string): string[] {
  const parts = name.replace(/Ms$/, '').split(/(?=[A-Z])/);
  return parts.map((part) => part.toLowerCase());
}

/** @throws Failure naming the variable */
function fromEnvironment(name: string, { kind, isList }: Setting): unknown {
  const variable = variableOf(name);
  const text = process.env[variable];
  if (text === undefined) return undefined;
  // A comma in a secret has a backslash before it.
  const values = (isList ? text.split(/(?<!\\),/) : [text]).map((each) => kind.parse?.(each));
  if (values.every((value) => kind.accepts(value))) return isList ? values : values[0];
  const several = isList ? '; commas separate several' : '';
  throw new Failure(`${variable} must be ${mustBe(kind)}${several}.`, 2);
}

/** As the text of an option or a variable. */
function mustBe({ must, mustText = must }: Setting['kind']): string {
  return mustText;
}

/** A default, written as the option takes it. */
function writtenDefault({ unit = 1 }: Setting['kind'], value: unknown): string {
  if (typeof value !== 'number') return String(value);
  return value === Number.POSITIVE_INFINITY ? 'unlimited' : String(value / unit);
}

/** The message about a setting, about the option that the user knows it by, or the key in the file. */
function asTyped(message: string, fromFile: readonly string[]): string {
  const byName = new Map(commandSettings.filter(([name]) => !fromFile.includes(name)));
  return message.replace(/\b(?:the )?option (\w+)/gi, (text, name) => {
    const setting = byName.get(name);
    if (fromFile.includes(name)) return byKey(text);
    return setting === undefined ? text : optionOf(name, setting).long!;
  });
}

function startFailure(error: NodeJS.ErrnoException, { host, port, cluster }: SimulatorSettings): Error {
  if (error.code === 'EADDRINUSE') {
    return new Failure(
      `Port ${port} of ${host} is in use. Choose another with --port, or 0 for any free one.`,
    );
  }
  if (cluster !== undefined && (error.syscall !== 'listen' || error instanceof AggregateError)) {
    // Without the password that may be part of the address.
    const engine = new URL(String(cluster)).host;
    return new Failure(`Cannot join the cluster at ${engine}: ${error.message || error.code}.`);
  }
  if (error.syscall) return new Failure(`Cannot listen on --host ${host} --port ${port}: ${error.message}.`);
  return error;
}
