import { describe, expect, it } from 'vitest';
import type { Interception } from '../../server/app/deliver.ts';
import { Ids } from '../../server/app/ids.ts';
import { AppClock } from '../../server/clock/app-clock.ts';
import { fieldsOf } from '../../server/core/parameters.ts';
import type { FaultSpec } from '../../server/faults/fault.ts';
import { Faults } from '../../server/faults/faults.ts';
import { PresenceRegistry } from '../../server/presence/registry.ts';

function setUp() {
  const clock = new AppClock({ before: async () => {}, after: async () => {} });
  const interception: Interception = { active: undefined };
  const faults = new Faults({ presence: new PresenceRegistry(), clock, ids: new Ids(), interception });
  const set = (fault: FaultSpec) => faults.set(fieldsOf(fault));
  const remove = (which: object) => faults.remove(fieldsOf(which));
  return { faults, interception, set, remove };
}

const some: FaultSpec[] = [
  { fault: 'half-open', userId: 'bob' },
  { fault: 'freeze', userId: 'bob' },
  { fault: 'delay', userId: 'bob', delayMs: 600_000 },
  { fault: 'drop-next', userId: 'carol', count: 3 },
  { fault: 'disconnect-at', userId: 'carol', recipient: 1000 },
  { fault: 'refuse-publish', code: 1008, probability: 0.5 },
  { fault: 'refuse-publish', userId: 'carol', code: 1000, count: 2 },
  { fault: 'lose-response', count: 1 },
  { fault: 'webhook-delay', delayMs: 500, probability: 0.5 },
];

describe('the faults of an app', () => {
  it('B6.10 are listed as they were set, in their order', () => {
    const { faults, set } = setUp();
    for (const fault of some) set(fault);
    expect(faults.list()).toEqual(some);
  });

  it('B6.10 a fault of the same name and user replaces the former, in its place', () => {
    const { set } = setUp();
    for (const fault of some) set(fault);
    const replaced: FaultSpec = { fault: 'delay', userId: 'bob', delayMs: 1 };
    expect(set(replaced)).toEqual(some.map((fault) => (fault.fault === 'delay' ? replaced : fault)));
  });

  it('B6.10 a wrong one does not end the one that it would replace', () => {
    const { faults, set } = setUp();
    set(some[2]!);
    expect(() => set({ fault: 'delay', userId: 'bob', delayMs: 0 })).toThrow();
    expect(faults.list()).toEqual([some[2]]);
  });

  const removals: [what: string, which: object, left: FaultSpec[]][] = [
    ['all', {}, []],
    ['those of a user', { userId: 'carol' }, some.filter((fault) => fault.userId !== 'carol')],
    [
      'those with a name',
      { fault: 'refuse-publish' },
      some.filter(({ fault }) => fault !== 'refuse-publish'),
    ],
    ['one of a user', { fault: 'freeze', userId: 'bob' }, some.filter(({ fault }) => fault !== 'freeze')],
    ['none that there is not', { fault: 'freeze', userId: 'carol' }, some],
  ];

  it.each(removals)('B6.10 removing takes away %s, and says how many', (_, which, left) => {
    const { faults, set, remove } = setUp();
    for (const fault of some) set(fault);
    expect([remove(which), faults.list()]).toEqual([some.length - left.length, left]);
  });

  it('B6.10 none is active when none is set, and a publish asks no further', () => {
    const { faults, interception, set, remove } = setUp();
    const before = interception.active;
    set(some[0]!);
    const during = interception.active;
    remove({});
    expect([before, during, interception.active]).toEqual([undefined, faults, undefined]);
  });

  it('B6.10 there may be a thousand, and then only one that replaces another', () => {
    const { faults, set } = setUp();
    const dropFor = (user: number): FaultSpec => ({ fault: 'drop-next', userId: `${user}`, count: 1 });
    for (let user = 0; user < 1000; user++) set(dropFor(user));
    set(dropFor(7));
    expect(() => set(dropFor(1000))).toThrow('1000');
    expect(faults.list()).toHaveLength(1000);
  });
});

const codes = '1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1050 or 2007';
const names =
  'half-open, freeze, reset, delay, drop-next, disconnect-at, refuse-publish, lose-response, hold-publish, hold-arrival, webhook-refuse, webhook-repeat, webhook-delay or webhook-reorder';

const mistakes: [fields: object, message: string, code?: number][] = [
  [{}, 'The parameter fault is required.'],
  [{ fault: 'gremlin' }, `The parameter fault must be ${names}.`],
  [{ fault: 'toString' }, `The parameter fault must be ${names}.`],
  [{ fault: 'half-open' }, 'The parameter userId is required.'],
  [{ fault: 'freeze', userId: '' }, 'The parameter userId is required.'],
  [{ fault: 'reset', userId: 7 }, 'The parameter userId must be a text.'],
  [
    { fault: 'lose-response', userId: 'x'.repeat(65) },
    'The parameter userId is too long: 65 characters, at most 64.',
    1005,
  ],
  [
    { fault: 'freeze', userId: 'bob', platform: 'windows' },
    'The parameter platform must be ios, android, harmony, web, desktop or miniprogram.',
  ],
  [{ fault: 'freeze', userId: 'bob', sessionId: '' }, 'The parameter sessionId is required.'],
  [
    { fault: 'freeze', userId: 'bob', sessionId: 'x'.repeat(65) },
    'The parameter sessionId is too long: 65 characters, at most 64.',
    1005,
  ],
  [
    { fault: 'freeze', userId: 'bob', sessionId: 'one', platform: 'ios' },
    'The parameters sessionId and platform exclude each other.',
  ],
  [
    { fault: 'drop-next', userId: 'bob', platfrom: 'ios', count: 1 },
    'The parameter platfrom is not known. Did you mean platform?',
  ],
  [
    { fault: 'hold-publish', userId: 'bob', platform: 'ios' },
    'The parameter platform is not known. There are fault, userId.',
  ],
  [{ fault: 'delay', userId: 'bob' }, 'The parameter delayMs is required.'],
  ...[0, 600_001, 1.5, '5'].map((delayMs): [object, string] => [
    { fault: 'delay', userId: 'bob', delayMs },
    'The parameter delayMs must be a whole number from 1 to 600000.',
  ]),
  [{ fault: 'drop-next', userId: 'bob' }, 'The parameter count is required.'],
  ...['drop-next', 'lose-response'].map((fault): [object, string] => [
    { fault, userId: 'bob', count: 0 },
    'The parameter count must be a whole number from 1 to 1000000.',
  ]),
  [
    { fault: 'refuse-publish', code: 1000, count: 1_000_001 },
    'The parameter count must be a whole number from 1 to 1000000.',
  ],
  [{ fault: 'disconnect-at', userId: 'bob' }, 'The parameter recipient is required.'],
  [
    { fault: 'disconnect-at', userId: 'bob', recipient: 1001 },
    'The parameter recipient must be a whole number from 1 to 1000.',
  ],
  [{ fault: 'webhook-delay', userId: 'bob' }, 'The parameter delayMs is required.'],
  [
    { fault: 'webhook-refuse', probability: 0.5, count: 2 },
    'The parameters count and probability exclude each other.',
  ],
  [{ fault: 'refuse-publish' }, 'The parameter code is required.'],
  ...[404, 405, 1010].map((code): [object, string] => [
    { fault: 'refuse-publish', code },
    `The parameter code must be ${codes}.`,
  ]),
  ...[-0.1, 1.1, '0.5'].map((probability): [object, string] => [
    { fault: 'refuse-publish', code: 1000, probability },
    'The parameter probability must be a number from 0 to 1.',
  ]),
  [
    { fault: 'refuse-publish', code: 1000, probability: 0.5, count: 2 },
    'The parameters count and probability exclude each other.',
  ],
];

it.each(mistakes)('B6.10 %j is refused, naming the parameter', (fields, message, code = 1002) => {
  const { faults } = setUp();
  expect(() => faults.set(fieldsOf(fields))).toThrow(expect.objectContaining({ code, message }));
});

it.each([
  [{ fault: 'gremlin' }, `The parameter fault must be ${names}.`],
  [{ userId: '' }, 'The parameter userId is required.'],
])('B6.10 removing %j is refused, naming the parameter', (which, message) => {
  const { remove } = setUp();
  expect(() => remove(which)).toThrow(expect.objectContaining({ code: 1002, message }));
});
