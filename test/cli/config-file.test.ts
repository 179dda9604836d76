import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest, parseConfig } from '../../client-sim/cli/config-file.ts';
import { configSchema, fileSettings } from '../../client-sim/cli/config-schema.ts';
import { jsonFault } from '../../client-sim/cli/json-fault.ts';
import { settingsOf } from '../../server/app/settings.ts';

/** What somebody may write into a file. */
const whole = {
  $schema: './node_modules/status-sim/client-sim/status-sim.schema.json',
  port: 4747,
  apps: [{ key: 'mykey', secret: 'a,b:c' }],
  adminToken: 'letmein',
  webhooks: [{ url: 'http://127.0.0.1:8080/status', appKey: 'mykey' }],
  recipientsPerMinute: 'unlimited',
  imlib: false,
  initialState: [
    {
      appKey: 'mykey',
      online: [{ userId: 'bob', platform: 'ios' }, { userId: 'carol' }],
      groups: { team: ['bob', 'carol'] },
      blacklists: { carol: ['mallory'] },
    },
  ],
};

const isInSchema = new Ajv().compile(configSchema());
const refusalOf = (json: unknown) => {
  try {
    parseConfig(typeof json === 'string' ? json : JSON.stringify(json), 'my.json');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

it('B7 a file has the settings by their names; "unlimited" is Infinity', () => {
  const { $schema: _, ...settings } = whole;
  expect(parseConfig(JSON.stringify(whole), 'my.json')).toEqual({
    ...settings,
    recipientsPerMinute: Number.POSITIVE_INFINITY,
  });
  expect(() => settingsOf(parseConfig(JSON.stringify(whole), 'my.json'))).not.toThrow();
});

it('B7 a file may begin with a byte order mark', () => {
  expect(parseConfig('\uFEFF{"port":1}', 'my.json')).toEqual({ port: 1 });
});

describe('a refusal names the file and', () => {
  const refusals: [json: unknown, sentence: string][] = [
    [{ prot: 1 }, 'no such key "prot"; did you mean "port"?'],
    [{ recipientsPerMinutes: 1 }, 'no such key "recipientsPerMinutes"; did you mean "recipientsPerMinute"?'],
    [{ page: {} }, 'no such key "page".'],
    [{ constructor: 1 }, 'no such key "constructor".'],
    [{ apps: [{ key: 'a', secrt: 'hush' }] }, 'no such key "apps[0].secrt"; did you mean "secret"?'],
    [{ apps: [{ key: 'a' }] }, '"apps[0].secret" is missing.'],
    [{ apps: [{ key: 'a', secret: 7 }] }, '"apps[0].secret" must be a text.'],
    [{ apps: { key: 'a', secret: 'hush' } }, '"apps" must be a list.'],
    [{ apps: ['hush'] }, '"apps[0]" must be an object.'],
    [{ port: 65_536 }, '"port" must be a whole number from 0 to 65535, not 65536.'],
    [{ port: '1' }, `"port" must be a whole number from 0 to 65535, not '1'.`],
    [{ port: null }, '"port" must be a whole number from 0 to 65535, not null.'],
    [{ slowDrops: 0 }, '"slowDrops" must be a whole number of at least 1, or "unlimited", not 0.'],
    [{ adminToken: 'hush é' }, '"adminToken" must be a text of visible ASCII characters.'],
    [{ initialState: [{ onlin: [] }] }, 'no such key "initialState[0].onlin"; did you mean "online"?'],
    [
      { initialState: [{ online: [{ userId: 'bob', platform: 'iso' }] }] },
      '"initialState[0].online[0].platform" must be one of ios, android, harmony, web, desktop, miniprogram, not "iso".',
    ],
    [
      { initialState: [{ groups: { team: ['bob', 1] } }] },
      '"initialState[0].groups.team[1]" must be a text.',
    ],
    [[], 'the file must be an object.'],
  ];
  it.for(refusals)('B7 the key and its limits: %j', ([json, sentence]) => {
    expect(refusalOf(json)).toBe(`my.json: ${sentence}`);
  });

  it('B7 ids of the initial state have 1 to 64 characters', () => {
    for (const id of ['', 'x'.repeat(65)]) {
      for (const state of [
        { online: [{ userId: id }] },
        { groups: { [id]: ['bob'] } },
        { blacklists: { bob: [id] } },
      ]) {
        expect(refusalOf({ initialState: [state] })).toMatch(
          /"initialState" must be .* with ids of 1 to 64 characters/,
        );
      }
    }
    expect(refusalOf({ initialState: [{ online: [{ userId: '👋'.repeat(64) }] }] })).toBeUndefined();
  });

  const broken: [text: string, sentence: string][] = [
    ['{"port":1,}', 'line 1, column 11: expected a key in double quotes.'],
    ['{\n  "port": 1\n  "host": "a"\n}', 'line 3, column 3: expected a comma or }.'],
    ['{"apps":[{"key":"a" "hush"}]}', 'line 1, column 21: expected a comma or }.'],
    ['{"port" 1}', 'line 1, column 9: expected a colon.'],
    ['{"apps":[1 2]}', 'line 1, column 12: expected a comma or ].'],
    ['{ // port\n}', 'line 1, column 3: expected a key in double quotes; JSON has no comments.'],
    ["{'port':1}", 'line 1, column 2: expected a key in double quotes.'],
    ['{"port":}', 'line 1, column 9: expected a value.'],
    ['{"port":1} x', 'line 1, column 12: expected the end of the file.'],
    ['', 'line 1, column 1: expected a value.'],
  ];
  it.for(broken)('B7 line and column, and quotes nothing: %j', ([text, sentence]) => {
    expect(refusalOf(text)).toBe(`my.json, ${sentence}`);
  });
});

it('B7 what is JSON has no fault, and what is not has one', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', '1', ' ', 'n', 'N', '\\', '\\N', '-', '\u007f', '\u0085', '\t'),
      (json, at, insert) => {
        const index = at % (json.length + 1);
        const text = json.slice(0, index) + insert + json.slice(index + (insert === '' ? 1 : 0));
        const isJson = () => {
          try {
            JSON.parse(text);
            return true;
          } catch {
            return false;
          }
        };
        expect(jsonFault(text) === undefined).toBe(isJson());
      },
    ),
  );
});

it('the nearest name is meant, unless none is near', () => {
  expect([
    nearest('prot', ['host', 'port']),
    nearest('iso', ['web', 'ios']),
    nearest('shoe', ['web', 'ios']),
  ]).toEqual(['port', 'ios', undefined]);
});

describe('the schema', () => {
  const { exports, files } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

  it('has a property for each setting that a file may hold', () => {
    const names = Object.keys((configSchema() as { properties: object }).properties);
    expect(names).toEqual(['$schema', ...fileSettings.map(([name]) => name)]);
  });

  it('takes what the command takes', () => {
    expect(isInSchema(whole), JSON.stringify(isInSchema.errors)).toBe(true);
  });

  it.for([
    { prot: 1 },
    { port: 65_536 },
    { slowDrops: 'infinite' },
    { apps: [{ key: 'a' }] },
    { initialState: [{ online: [{ userId: 'bob', platform: 'iso' }] }] },
    { initialState: [{ onlin: [] }] },
  ])('refuses what the command refuses: %j', (config) => {
    expect([isInSchema(config), refusalOf(config) === undefined]).toEqual([false, false]);
  });

  it('comes with the package', () => {
    expect(files).toContain('client-sim/status-sim.schema.json');
    expect(exports['./status-sim.schema.json']).toBe('./client-sim/status-sim.schema.json');
  });
});
