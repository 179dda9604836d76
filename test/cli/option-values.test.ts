import { expect, it } from 'vitest';
import { address, amount, duration, wholeNumber } from '../../client-sim/cli/option-values.ts';

const rows: [name: string, read: (text: string) => unknown, taken: [string, unknown][], refused: string[]][] =
  [
    [
      'a whole number from 1 to 64',
      wholeNumber(1, 64),
      [
        ['1', 1],
        ['64', 64],
      ],
      ['0', '65', '-1', '1.5', '1e1', '', ' 1'],
    ],
    [
      'a number from 0.1 to 10 a second',
      amount('/s', 0.1, 10),
      [
        ['0.1', 0.1],
        ['10/s', 10],
      ],
      ['0.09', '10.1', '10.1/s', '/s', '', '-1', '5%'],
    ],
    [
      'a duration',
      duration,
      [
        ['100ms', 100],
        ['0.1s', 100],
        ['24h', 86_400_000],
        ['1440m', 86_400_000],
      ],
      ['99ms', '0.09s', '24.1h', '86401s', '20', 's', '', '-1s'],
    ],
    [
      'an address',
      address,
      [
        ['http://127.0.0.1:4747/', 'http://127.0.0.1:4747'],
        ['https://sim.test/path', 'https://sim.test/path'],
      ],
      [
        '',
        'sim.test',
        'ftp://sim.test',
        'http://user:pw@sim.test',
        'http://sim.test/?a',
        'http://sim.test/#a',
      ],
    ],
  ];

it.each(rows)('%s is taken up to its ends, and refused beyond', (_, read, taken, refused) => {
  expect(taken.map(([text]) => read(text))).toEqual(taken.map(([, value]) => value));
  for (const text of refused) expect(() => read(text), text).toThrow(/^It must be /);
});
