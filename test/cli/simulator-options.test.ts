import { expect, it } from 'vitest';
import { webhooks } from '../../client-sim/cli/option-values.ts';

it('B8.1 --webhook takes an address for all apps', () => {
  expect(webhooks('http://127.0.0.1:8080/status?a=b')).toEqual([{ url: 'http://127.0.0.1:8080/status?a=b' }]);
});

it('B8.1 --webhook takes an address for one app', () => {
  expect(webhooks('mykey=https://example.test/')).toEqual([
    { appKey: 'mykey', url: 'https://example.test/' },
  ]);
});

it('B8.1 --webhook may be given several times', () => {
  expect(webhooks('b=http://b.test/', webhooks('http://a.test/'))).toHaveLength(2);
});

it.for(['', 'mykey', 'ftp://example.test/', 'mykey=nowhere', '=http://a.test/', 'http://'])(
  '--webhook refuses %j',
  (text) => {
    expect(() => webhooks(text)).toThrow(/must be an address/);
  },
);
