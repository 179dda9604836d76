import { describe, expect, it } from 'vitest';
import { type SimulatorOptions, settingsOf } from '../../server/app/settings.ts';
import { Access } from '../../server/edge/access.ts';

/** The sentence a request with these headers is refused with; undefined when it is not. */
function refusal(
  headers: { host?: string; origin?: string; 'sec-fetch-site'?: string },
  options: SimulatorOptions = {},
  version = '1.1',
) {
  try {
    new Access(settingsOf(options)).check({ headers, httpVersion: version });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const here = [
  'localhost',
  'LOCALHOST',
  'localhost:4747',
  'sim.localhost:4747',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.1.2.3:4747',
  '[::1]',
  '[::1]:4747',
];

const elsewhere = [
  '',
  'evil.test',
  'evil.test:4747',
  'localhost.evil.test',
  'evil-localhost',
  '127.0.0.1.evil.test',
  '127.0.0.1@evil.test',
  'evil.test#localhost',
  'evil.test/localhost',
  'localhost:evil',
  'localhost evil.test',
  '0.0.0.0:4747',
  '128.0.0.1',
  '1127.0.0.1',
  '192.168.0.1',
  '[::]',
  '[::2]:4747',
  '[::ffff:10.0.0.1]',
  'sim',
];

describe('the host of a request in open mode', () => {
  it.each(here)('B4.5 may be %j', (host) => {
    expect(refusal({ host })).toBeUndefined();
  });

  it.each(elsewhere)('B4.5 may not be %j', (host) => {
    expect(refusal({ host })).toContain(`Host says ${JSON.stringify(host)}: --allow-host allows it.`);
  });

  it.each(['sim.test', 'SIM.test:4747', 'sim.test:80'])('B4.5 may be %j once that is allowed', (host) => {
    expect(refusal({ host }, { allowHosts: ['Sim.Test'] })).toBeUndefined();
  });

  it.each(['sim.test.evil.test', 'xsim.test', 'sim.test:x'])('B4.5 may not be %j all the same', (host) => {
    expect(refusal({ host }, { allowHosts: ['sim.test'] })).toContain('Host');
  });

  it('B3.8 must be there, if it is HTTP/1.1', () => {
    expect([refusal({}), refusal({}, {}, '1.0')]).toEqual(['The header Host is required.', undefined]);
  });

  it('B4.5 is shortened where it is repeated', () => {
    expect(refusal({ host: 'x'.repeat(10_000) })!.length).toBeLessThan(300);
  });
});

describe('the origin of a request in open mode', () => {
  const host = 'localhost:4747';

  it.each(here.flatMap((name) => [`http://${name}`, `https://${name}`]))('B4.5 may be %j', (origin) => {
    expect(refusal({ host, origin })).toBeUndefined();
  });

  const foreign = [
    'null',
    'localhost',
    'file://',
    'file://localhost',
    'chrome-extension://localhost',
    ...elsewhere.map((name) => `http://${name}`),
  ];

  it.each(foreign)('B4.5 may not be %j', (origin) => {
    expect(refusal({ host, origin })).toContain(`Origin says ${JSON.stringify(origin)}: --allow-origin`);
  });

  it('B4.5 may be the host itself', () => {
    const allowed = { allowHosts: ['sim.test'] };
    expect(refusal({ host: 'sim.test:8080', origin: 'http://sim.test:8080' }, allowed)).toBeUndefined();
  });

  it('B4.5 may not be the host with another port, unless that is this machine', () => {
    const allowed = { allowHosts: ['sim.test'] };
    expect(refusal({ host: 'sim.test:8080', origin: 'http://sim.test' }, allowed)).toContain('Origin');
  });

  const allowOrigins = ['http://app.test:3000', 'null', 'tauri://localhost'];

  it.each([...allowOrigins, 'HTTP://app.test:3000'])('B4.5 may be %j once that is allowed', (origin) => {
    expect(refusal({ host, origin }, { allowOrigins })).toBeUndefined();
  });

  it.each(['http://app.test', 'https://app.test:3000'])('B4.5 may not be %j for that', (origin) => {
    expect(refusal({ host, origin }, { allowOrigins })).toContain('Origin');
  });
});

describe('a page that sends no origin', () => {
  const host = 'localhost:4747';

  it.each([undefined, 'none', 'same-origin', 'same-site'])(
    'B14.3 from a site that is %j is let in',
    (site) => {
      expect(refusal({ host, ...(site === undefined ? {} : { 'sec-fetch-site': site }) })).toBeUndefined();
    },
  );

  it.each(['cross-site', 'Cross-Site', 'same-origin, cross-site'])('B14.3 from "%s" is refused', (site) => {
    expect(refusal({ host, 'sec-fetch-site': site })).toContain('Sec-Fetch-Site');
  });

  it('B14.3 from another site is let in if it names an origin that is allowed', () => {
    const headers = { host, origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' };
    expect(refusal(headers)).toBeUndefined();
  });

  it('B14.3 is let in from anywhere where apps have secrets', () => {
    const apps = [{ key: 'one', secret: 'secr' }];
    expect(refusal({ host, 'sec-fetch-site': 'cross-site' }, { apps })).toBeUndefined();
  });
});

it('B4.5 with apps, which have secrets, both may be anything', () => {
  const apps = [{ key: 'one', secret: 'secr' }];
  expect(refusal({ host: 'sim.example', origin: 'http://other.example' }, { apps })).toBeUndefined();
});

it.each(['', 'sim.test:80', 'http://sim.test', 'a b'])('B4.5 %j is no host to allow', (host) => {
  expect(() => settingsOf({ allowHosts: [host] })).toThrow(/option allowHosts must be a name/);
});

it.each([
  '',
  'app.test',
  '*',
  'http://app.test/',
  'http://a b',
  'http://app.test:80',
  'https://app.test:443',
  'http://me@app.test',
])('B4.5 %j is no origin to allow', (origin) => {
  expect(() => settingsOf({ allowOrigins: [origin] })).toThrow(/option allowOrigins must be an origin/);
});
