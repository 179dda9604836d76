import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../server/core/parameters.ts';
import {
  type PublishRules,
  parseBroadcast,
  parseGroupPublish,
  parsePublish,
} from '../../server/core/publish-request.ts';
import { builtInType } from '../../server/protocol/message-types.ts';

const good = { fromUserId: 'alice', toUserId: 'bob', objectName: 'RC:TypSts', content: '{}' };
const strict = { acceptUnknownBuiltIns: false, acceptAnyContent: false };

/** Parses the good parameters with these changes. */
function parse(changes: object, rules: Partial<PublishRules> = {}) {
  return parsePublish(fieldsOf({ ...good, ...changes }), { ...strict, ...rules });
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);
const emoji = '😀';

describe('a bad request', () => {
  const required = (name: string) => `The parameter ${name} is required.`;
  const noText = (name: string) => `The parameter ${name} must be a text.`;
  const notAFlag = (name: string) => `The parameter ${name} must be 0 or 1.`;
  const twice = (name: string) => `The parameter ${name} was sent twice with different values.`;
  const tooLong = (name: string, sent: string, atMost: number) =>
    `The parameter ${name} is too long: ${sent}, at most ${atMost}.`;
  const reserved = 'The parameter objectName must not begin with RC: unless it is a built-in type.';
  const noObject = 'The parameter content must be a JSON object for a built-in type.';
  const names = ['fromUserId', 'toUserId', 'objectName', 'content'];
  const flags = ['verifyBlacklist', 'isIncludeSender'];

  const rows: [title: string, changes: object, code: 1002 | 1005, errorMessage: string][] = [
    ...names.flatMap((name): typeof rows => [
      [`B3.2 ${name} missing`, { [name]: undefined }, 1002, required(name)],
      [`B3.2 ${name} empty`, { [name]: '' }, 1002, required(name)],
      [`B3.2 ${name} null`, { [name]: null }, 1002, required(name)],
      [`B3.2 ${name} a number`, { [name]: 1 }, 1002, noText(name)],
    ]),
    ['B3.2 one recipient of two empty', { toUserId: ['bob', ''] }, 1002, required('toUserId')],
    ['B3.2 no recipient in the list', { toUserId: [] }, 1002, required('toUserId')],
    ['B3.3 1001 recipients', { toUserId: ids(1001) }, 1002, 'the number of toUserId should less than 1000.'],
    [
      'B3.3 1001 recipients, all the same',
      { toUserId: ids(1001).fill('bob') },
      1002,
      'the number of toUserId should less than 1000.',
    ],
    [
      'B3.4 a sender of 65 characters',
      { fromUserId: 'x'.repeat(65) },
      1005,
      tooLong('fromUserId', '65 characters', 64),
    ],
    [
      'B3.4 a recipient of 65 emoji among others',
      { toUserId: ['bob', emoji.repeat(65)] },
      1005,
      tooLong('toUserId', '65 characters', 64),
    ],
    [
      'B3.4 an objectName of 33 characters',
      { objectName: 'x'.repeat(33) },
      1005,
      tooLong('objectName', '33 characters', 32),
    ],
    [
      'B3.4 a content of 131,073 bytes',
      { objectName: 'app:any', content: 'x'.repeat(131_073) },
      1005,
      tooLong('content', '131073 bytes', 131_072),
    ],
    [
      'B3.4 a content of 43,691 Chinese characters, which are 131,073 bytes',
      { objectName: 'app:any', content: '好'.repeat(43_691) },
      1005,
      tooLong('content', '131073 bytes', 131_072),
    ],
    ['B3.5 an RC: name that is not built in', { objectName: 'RC:TypStsX' }, 1002, reserved],
    ['B3.5 the prefix RC: alone', { objectName: 'RC:' }, 1002, reserved],
    ...['[]', 'null', '1', '"{}"', 'typing', '{} {}', '{'].map((content): (typeof rows)[number] => {
      return [`B3.6 a built-in type with the content ${content}`, { content }, 1002, noObject];
    }),
    ...flags.flatMap((name): typeof rows => [
      ...['2', '01', '0x1', ' 1', 'true', 2, -1, 'yes'].map((value): (typeof rows)[number] => {
        return [`B3.7 ${name} ${JSON.stringify(value)}`, { [name]: value }, 1002, notAFlag(name)];
      }),
      [`B3.7 ${name} twice, differently`, { [name]: ['0', '1'] }, 1002, twice(name)],
    ]),
    ...['fromUserId', 'objectName', 'content'].map((name): (typeof rows)[number] => {
      return [`B3.7 ${name} twice, differently`, { [name]: ['a', 'b'] }, 1002, twice(name)];
    }),
  ];

  it.each(rows)('%s is refused', (_, changes, code, message) => {
    expect(() => parse(changes)).toThrow(expect.objectContaining({ code, message }));
  });
});

describe('a good request', () => {
  const rows: [title: string, changes: object, request: object][] = [
    ['A1 asks for nothing that it does not say', {}, { verifyBlacklist: false, includeSender: false }],
    ['A1 may name 1000 recipients', { toUserId: ids(1000) }, { toUserIds: ids(1000) }],
    ['A1 may name 1000 times one recipient', { toUserId: ids(1000).fill('bob') }, { toUserIds: ['bob'] }],
    ['A1 may carry any text in a custom type', { objectName: 'app:x', content: '[' }, { content: '[' }],
    ['A1 keeps the content as it stands', { content: ' {"a" :1e2}\n' }, { content: ' {"a" :1e2}\n' }],
    ['A3 takes the flag 1 as a text', { verifyBlacklist: '1' }, { verifyBlacklist: true }],
    ['A3 takes the flag 0 as a text', { isIncludeSender: '0' }, { includeSender: false }],
    ['takes the flag 1 as a JSON number', { isIncludeSender: 1 }, { includeSender: true }],
    ['takes a flag as a JSON boolean', { verifyBlacklist: true }, { verifyBlacklist: true }],
    ['may repeat a flag', { verifyBlacklist: ['1', '1'] }, { verifyBlacklist: true }],
    ['may repeat its sender', { fromUserId: ['alice', 'alice'] }, { fromUserId: 'alice' }],
    ['B1.4 names each recipient once', { toUserId: ['c', 'b', 'c', 'b'] }, { toUserIds: ['c', 'b'] }],
    ['B3.4 may have an id of 64 emoji', { toUserId: emoji.repeat(64) }, { toUserIds: [emoji.repeat(64)] }],
    [
      'B3.4 may have a name of 32 characters',
      { objectName: '好'.repeat(32) },
      { objectName: '好'.repeat(32) },
    ],
    [
      'B3.4 may have 131,072 bytes of content',
      { objectName: 'app:x', content: 'é'.repeat(65_536) },
      { content: 'é'.repeat(65_536) },
    ],
  ];

  it.each(rows)('%s', (_, changes, request) => {
    expect(parse(changes)).toMatchObject(request);
  });

  it('A3 may have parameters that nobody knows: they are ignored', () => {
    const strays = { isPersisted: '1', isCounted: '1', msgRandom: 7, busChannel: '', __proto__x: ['a', 'b'] };
    expect(parse(strays)).toEqual(parse({}));
  });

  it('B3.5 may name an unknown RC: type where the option says so', () => {
    expect(parse({ objectName: 'RC:New' }, { acceptUnknownBuiltIns: true }).objectName).toBe('RC:New');
  });

  it('B3.6 may have any content in a built-in type where the option says so', () => {
    expect(parse({ content: 'typing' }, { acceptAnyContent: true }).content).toBe('typing');
  });
});

describe('A7 the built-in types', () => {
  const rows: [stored: boolean, counted: boolean, names: string][] = [
    [
      true,
      true,
      'TxtMsg ImgMsg GIFMsg VcMsg HQVCMsg ImgTextMsg FileMsg LBSMsg SightMsg ReferenceMsg CombineMsg StreamMsg PSImgTxtMsg PSMultiImgTxtMsg',
    ],
    [true, false, 'ContactNtf ProfileNtf InfoNtf GrpNtf CmdNtf RcNtf DizNtf chrmKVNotiMsg'],
    [false, false, 'CmdMsg TypSts ReadNtf RRReqMsg RRRspMsg SRSMsg RcCmd PSCmd VCAccept VCInvite'],
  ];
  const types = rows.flatMap(([stored, counted, names]) =>
    names.split(' ').map((name) => [`RC:${name}`, { stored, counted }] as const),
  );

  it.each(types)('A7 %s has the flags %j', (objectName, flags) => {
    expect(builtInType(objectName)).toEqual(flags);
  });

  it('A7 each built-in type may be published', () => {
    const names = types.map(([objectName]) => objectName);
    expect(names.map((objectName) => parse({ objectName }).objectName)).toEqual(names);
  });

  it.each(['app:TypSts', 'TypSts', 'rc:TypSts', 'toString'])('A7 %s is not built in', (objectName) => {
    expect(builtInType(objectName)).toBeUndefined();
  });
});

it('A1 a good request is all that it says', () => {
  expect(parse({ verifyBlacklist: 1 })).toEqual({
    channelType: 'PERSON',
    fromUserId: 'alice',
    toUserIds: ['bob'],
    objectName: 'RC:TypSts',
    content: '{}',
    verifyBlacklist: true,
    includeSender: false,
  });
});

it('A1 a request to groups names these in the place of users', () => {
  const fields = fieldsOf({ ...good, toGroupId: ['team', 'club', 'team'], isIncludeSender: 1 });
  expect(parseGroupPublish(fields, strict)).toEqual({
    fromUserId: 'alice',
    toGroupIds: ['team', 'club'],
    objectName: 'RC:TypSts',
    content: '{}',
    verifyBlacklist: false,
    includeSender: true,
  });
});

it('A6 a broadcast names nobody, and has no flags', () => {
  const fields = fieldsOf({ ...good, verifyBlacklist: 1, isIncludeSender: 1 });
  expect(parseBroadcast(fields, strict)).toEqual({
    fromUserId: 'alice',
    objectName: 'RC:TypSts',
    content: '{}',
    verifyBlacklist: false,
    includeSender: false,
  });
});
