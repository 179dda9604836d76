import { expect, it } from 'vitest';
import type { Setting } from '../../server/app/setting.ts';
import { type SimulatorOptions, settingsOf, settingTable } from '../../server/app/settings.ts';

const table = Object.entries<Setting>(settingTable);
const numbers = table.filter(([, { kind }]) => kind.range !== undefined);

const optionsOf = (name: string, value: unknown) => ({ [name]: value }) as SimulatorOptions;

it('each default is one that the setting takes', () => {
  const defaults = Object.fromEntries(table.map(([name, setting]) => [name, setting.default]));
  expect(settingsOf(defaults)).toEqual(defaults);
});

it.each(table)('%s is its default when undefined', (name, setting) => {
  expect(settingsOf(optionsOf(name, undefined))).toHaveProperty(name, setting.default);
});

it.each(table)('%s is refused when null', (name) => {
  expect(() => settingsOf(optionsOf(name, null))).toThrow(`option ${name} must be `);
});

it.each(numbers)('%s is refused beyond both ends', (name, { kind }) => {
  const [least, most] = kind.range!;
  for (const value of [least - 1, most + 1, least + 0.5, Number.NaN, -Infinity, String(least)]) {
    expect(() => settingsOf(optionsOf(name, value)), String(value)).toThrow(
      new RegExp(`^The option ${name} must be a whole number .*, not '?${value}'?\\.$`),
    );
  }
});

it.each(numbers)('%s is refused when infinite, unless it is a limit', (name, { kind }) => {
  const set = () => settingsOf(optionsOf(name, Infinity));
  if (kind.must.endsWith(', or Infinity')) expect(set()).toHaveProperty(name, Infinity);
  else expect(set).toThrow(`The option ${name} must be a whole number`);
});

it.each([
  [{ recipientPerMinute: 5 }, 'There is no option recipientPerMinute.'],
  [{ imlib: 'no' }, "The option imlib must be true or false, not 'no'."],
  [{ allowHosts: 'sim.test' }, 'The option allowHosts must be a list.'],
  [{ allowHosts: [undefined] }, 'Each value of the option allowHosts must be a name like sim.test'],
  [{ adminToken: '' }, 'The option adminToken must be a text of visible ASCII characters.'],
  [{ adminToken: 'clé' }, 'The option adminToken must be a text of visible ASCII characters.'],
  [{ nodeName: '' }, "The option nodeName must be a text of 1 to 64 characters, not ''."],
  [{ nodeName: 'n'.repeat(65) }, 'The option nodeName must be a text of 1 to 64 characters, not '],
  [{ cluster: 'http://a.test' }, 'The option cluster must be an address like redis://127.0.0.1:6379.'],
  [
    { apps: [{ key: 'k'.repeat(65), secret: 's' }] },
    'Each value of the option apps must be a key of 1 to 64',
  ],
  [{ apps: [{ key: 'key', secret: '' }] }, 'Each value of the option apps must be a key of 1 to 64'],
  [{ apps: [{ key: 'key', secret: 5 }] }, 'Each value of the option apps must be a key of 1 to 64'],
  [
    {
      apps: [
        { key: 'a', secret: '1' },
        { key: 'a', secret: '2' },
      ],
    },
    'The option apps has the key a twice.',
  ],
  [{ webhooks: [{ url: 'http://a/' }, { url: 'http://b/' }] }, 'webhooks has two addresses for all apps.'],
  [
    { apps: [{ key: 'a', secret: '1' }], webhooks: [{ url: 'http://b/', appKey: 'b' }] },
    'The option webhooks has an address for b, an app that is not configured.',
  ],
  [{ host: 'localhost.test' }, 'it listens on loopback only, not on localhost.test.'],
  [
    { webhooks: [{ url: 'http://u:p@a/' }] },
    /webhooks must be an address .* without a user or a password\.$/,
  ],
  [{ heartbeatIntervalMs: 5, heartbeatTimeoutMs: 5 }, 'must be longer than the option heartbeatIntervalMs'],
] as const)('%j is refused', (options, sentence) => {
  expect(() => settingsOf(options as unknown as SimulatorOptions)).toThrow(sentence);
});

it('localhost is the one address of IPv4, and another address is taken as it is', () => {
  expect(['localhost', '::1'].map((host) => settingsOf({ host }).host)).toEqual(['127.0.0.1', '::1']);
});

it('a whole number is taken at both ends', () => {
  expect(settingsOf({ port: 65_535, clusterDeadlineMs: 50, clusterSilenceMs: 600_000 })).toMatchObject({
    port: 65_535,
    clusterDeadlineMs: 50,
    clusterSilenceMs: 600_000,
  });
});
