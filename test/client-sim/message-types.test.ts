import { expect, it } from 'vitest';
import { MessageTypes } from '../../client-sim/message-types.ts';

const both = { stored: true, counted: true };
const poke = { stored: true, counted: false };

function typesWithPoke(): MessageTypes {
  const types = new MessageTypes();
  types.registerMessageType('app:poke', poke);
  return types;
}

const known: { objectName: string; flags: { stored: boolean; counted: boolean } | undefined }[] = [
  { objectName: 'RC:TxtMsg', flags: both },
  { objectName: 'RC:InfoNtf', flags: { stored: true, counted: false } },
  { objectName: 'RC:TypSts', flags: { stored: false, counted: false } },
  { objectName: 'RC:VCAccept', flags: { stored: false, counted: false } },
  { objectName: 'app:poke', flags: poke },
  { objectName: 'app:Poke', flags: undefined },
  { objectName: 'RC:NoSuchMsg', flags: undefined },
];

it.each(known)('A7 the flags of $objectName are $flags', ({ objectName, flags }) => {
  expect(typesWithPoke().flagsOf(objectName)).toEqual(flags);
});

const refused: { name: string; error: string }[] = [
  { name: '', error: 'A message type needs a name.' },
  { name: 'RC:Poke', error: 'A custom message type must not begin with RC:: RC:Poke' },
  { name: 'RC:TxtMsg', error: 'A custom message type must not begin with RC:: RC:TxtMsg' },
  {
    name: 'x'.repeat(33),
    error: `The name of a message type has at most 32 characters, not 33: ${'x'.repeat(33)}`,
  },
];

it.each(refused)('A1 "$name" cannot be registered', ({ name, error }) => {
  expect(() => new MessageTypes().registerMessageType(name, both)).toThrow(new RangeError(error));
});

const accepted = ['x'.repeat(32), '😀'.repeat(32), 'rc:poke', 'app:RC:poke'];

it.each(accepted)('A1 "%s" can be registered', (name) => {
  const types = new MessageTypes();
  types.registerMessageType(name, both);
  expect(types.flagsOf(name)).toEqual(both);
});

it('a type may be registered again with the same flags', () => {
  expect(() => typesWithPoke().registerMessageType('app:poke', { ...poke })).not.toThrow();
});

it.each([both, { stored: false, counted: false }])(
  'a type cannot be registered again with other flags: %o',
  (flags) => {
    expect(() => typesWithPoke().registerMessageType('app:poke', flags)).toThrow(
      'The message type app:poke is registered already, with other flags.',
    );
  },
);

it('later changes of the given flags change nothing', () => {
  const flags = { stored: true, counted: true };
  const types = new MessageTypes();
  types.registerMessageType('app:poke', flags);
  flags.counted = false;
  expect(types.flagsOf('app:poke')).toEqual(both);
});
