import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Setting } from '../../server/app/setting.ts';
import { type SimulatorSettings, settingsOf, settingTable } from '../../server/app/settings.ts';
import type { ClusterNode, Simulator } from '../../server/index.ts';
import { Failure } from './failure.ts';

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
    .option('--help-all', 'list every option')
    .on('option:help-all', () => {
      for (const option of command.options) option.hideHelp(false);
      command.addHelpText('after', environmentHelp).help();
    });
}

const environmentHelp = `
Each setting can also come from the environment: --host from STATUS_SIM_HOST, --token-ttl from STATUS_SIM_TOKEN_TTL,
--app from STATUS_SIM_APPS (several separated by commas), --no-imlib from STATUS_SIM_IMLIB=false. Options win.`;

/**
 * What the command line says, else the environment, else the defaults.
 * @throws Failure naming the option or the variable
 */
export function simulatorSettings(options: SimulatorOptions, defaultPort: number): SimulatorSettings {
  const given = commandSettings.flatMap(([name, setting]) => {
    const typed = options[optionOf(name, setting).attributeName()];
    const isTyped = typed !== undefined && !(typed === true && setting.default === true);
    const value = isTyped ? typed : fromEnvironment(name, setting);
    return value === undefined ? [] : [[name, value]];
  });
  try {
    return settingsOf({ port: defaultPort, ...Object.fromEntries(given) });
  } catch (error) {
    throw error instanceof RangeError ? new Failure(asTyped(error.message), 2) : error;
  }
}

/** @throws Failure when the port cannot be had, or the cluster */
export async function start(settings: SimulatorSettings): Promise<Simulator | ClusterNode> {
  const { cluster, ...options } = settings;
  // Here, because loading it takes longer than all that most commands do.
  const { startSimulator } = await import('../../server/index.ts');
  const starting: Promise<Simulator | ClusterNode> =
    cluster === undefined ? startSimulator(options) : startSimulator({ ...options, cluster });
  return starting.catch((error) => {
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
  const values = (isList ? text.split(',') : [text]).map((each) => kind.parse?.(each));
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

/** The message about a setting, about the option that the user knows it by. */
function asTyped(message: string): string {
  const byName = new Map(commandSettings);
  return message.replace(/\b(?:the )?option (\w+)/gi, (text, name) => {
    const setting = byName.get(name);
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
