import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  addSimulatorOptions,
  commandSettings,
  optionOf,
  simulatorSettings,
  variableOf,
} from '../../client-sim/cli/simulator-options.ts';

afterEach(() => vi.unstubAllEnvs());

/** The settings that a command line makes. */
function settingsFrom(...args: string[]) {
  const command = addSimulatorOptions(new Command(), 0)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return simulatorSettings(command.parse(args, { from: 'user' }).opts(), 0);
}

const numbers = commandSettings.filter(([, { kind }]) => kind.range !== undefined);

/** A number as an option takes it. */
const written = (value: number, unit = 1) => (value / unit).toFixed(unit === 1 ? 0 : 3);

/** What the others must be, so that each end can be reached. */
const beside: Record<string, string> = {
  heartbeatIntervalMs: '--heartbeat-timeout=2147483.647',
  heartbeatTimeoutMs: '--heartbeat-interval=0.001',
};

it.each(numbers)('%s is taken up to both ends, by the option and by the variable', (name, setting) => {
  const others = name in beside ? [beside[name]!] : [];
  for (const value of setting.kind.range!) {
    const text = written(value, setting.kind.unit);
    const byOption = settingsFrom(`${optionOf(name, setting).long}=${text}`, ...others);
    vi.stubEnv(variableOf(name), text);
    const byVariable = settingsFrom(...others);
    expect([byOption, byVariable]).toMatchObject([{ [name]: value }, { [name]: value }]);
  }
});

it.each(numbers)('%s is refused beyond both ends, by the option and by the variable', (name, setting) => {
  const [least, most] = setting.kind.range!;
  const option = optionOf(name, setting).long!;
  const { unit } = setting.kind;
  for (const text of [written(least - 1, unit), written(most + 1, unit), '', '-1', '1e3', ' 1', 'NaN']) {
    expect(() => settingsFrom(`${option}=${text}`), text).toThrow(option);
    vi.stubEnv(variableOf(name), text);
    expect(() => settingsFrom(), text).toThrow(`${variableOf(name)} must be a`);
    vi.unstubAllEnvs();
  }
});

it('a limit may be lifted', () => {
  expect(settingsFrom('--slow-drops=unlimited', '--token-ttl=unlimited')).toMatchObject({
    slowDrops: Number.POSITIVE_INFINITY,
    tokenTtlMs: Number.POSITIVE_INFINITY,
  });
});

it('B8.1 --webhook takes addresses for one app and for all', () => {
  const { webhooks } = settingsFrom(
    '--webhook=http://127.0.0.1:8080/status?a=b,c',
    '--webhook=mykey=https://example.test/',
  );
  expect(webhooks).toEqual([
    { url: 'http://127.0.0.1:8080/status?a=b,c' },
    { appKey: 'mykey', url: 'https://example.test/' },
  ]);
});

it.each([
  '',
  'mykey',
  'ftp://example.test/',
  'mykey=nowhere',
  '=http://a.test/',
  'http://',
  'http://user:pw@a.test/',
  'http://user@a.test/',
  'mykey=http://:pw@a.test/',
  `${'k'.repeat(65)}=http://a.test/`,
])('--webhook refuses %j', (text) => {
  expect(() => settingsFrom(`--webhook=${text}`)).toThrow(/--webhook must be an address/);
});

it.each(['', ',', 'key', 'key:', ':secret', 'a:b,c:d', 'clé:secret', `${'k'.repeat(65)}:secret`])(
  '--app refuses %j',
  (text) => {
    expect(() => settingsFrom(`--app=${text}`)).toThrow(/^--app must be KEY:SECRET/);
  },
);

it.each([
  ['--webhook=http://a.test/', '--webhook=http://b.test/', '--webhook has two addresses for all apps.'],
  ['--app=a:1', '--app=a:2', '--app has the key a twice.'],
  [
    '--app=a:1',
    '--webhook=b=http://b.test/',
    '--webhook has an address for b, an app that is not configured.',
  ],
])('%s %s is refused', (one, other, sentence) => {
  expect(() => settingsFrom(one, other)).toThrow(sentence);
});

it('a variable may hold several, and switch something off', () => {
  vi.stubEnv('STATUS_SIM_APPS', 'a:1,b:2');
  vi.stubEnv('STATUS_SIM_IMLIB', 'false');
  vi.stubEnv('STATUS_SIM_ACCEPT_ANY_CONTENT', 'true');
  expect(settingsFrom()).toMatchObject({
    apps: [
      { key: 'a', secret: '1' },
      { key: 'b', secret: '2' },
    ],
    imlib: false,
    acceptAnyContent: true,
  });
});

it('an option comes before the variable, even when it names the default', () => {
  vi.stubEnv('STATUS_SIM_SLOW_DROPS', '7');
  vi.stubEnv('STATUS_SIM_IMLIB', 'true');
  expect([settingsFrom('--no-imlib', '--slow-drops=100'), settingsFrom()]).toMatchObject([
    { imlib: false, slowDrops: 100 },
    { imlib: true, slowDrops: 7 },
  ]);
});

describe('--user', () => {
  it.each([
    ['bob', { userId: 'bob' }],
    ['carol@ios', { userId: 'carol', platform: 'ios' }],
    ['dave@example.com', { userId: 'dave@example.com' }],
    ['dave@example.com@web', { userId: 'dave@example.com', platform: 'web' }],
  ])('B7.1 %s is a user', (text, user) => {
    expect(settingsFrom(`--user=${text}`).initialState).toEqual([{ online: [user] }]);
  });

  it.each([
    ['carol@iso', 'Did you mean carol@ios?'],
    ['carol@playstation', 'A platform is one of ios, android,'],
    ['', 'It must be a user id of 1 to 64 characters.'],
    ['x'.repeat(65), 'It must be a user id of 1 to 64 characters.'],
  ])('B7.1 %j is none', (text, sentence) => {
    expect(() => settingsFrom(`--user=${text}`)).toThrow(sentence);
  });

  it('B7.1 is of the only app, and of none where there are several', () => {
    const online = [{ userId: 'bob' }, { userId: 'carol' }];
    expect(settingsFrom('--app=a:1', '--user=bob', '--user=carol').initialState).toEqual([{ online }]);
    expect(() => settingsFrom('--app=a:1', '--app=b:2', '--user=bob')).toThrow('--user does not say which');
  });
});

it('a comma in a secret has a backslash before it', () => {
  vi.stubEnv('STATUS_SIM_APPS', 'shop:1\\,2,chat:3');
  expect(settingsFrom().apps).toEqual([
    { key: 'shop', secret: '1,2' },
    { key: 'chat', secret: '3' },
  ]);
  expect(settingsFrom('--app=shop:1\\,2').apps).toEqual([{ key: 'shop', secret: '1,2' }]);
});
