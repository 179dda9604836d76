import fc from 'fast-check';

/** Names that mean something somewhere: here, to JavaScript, or to who mistypes them. */
const names = fc.constantFrom(
  ...['fromUserId', 'toUserId', 'toGroupId', 'objectName', 'content', 'verifyBlacklist', 'isIncludeSender'],
  ...[
    'userId',
    'userIds',
    'blackUserId',
    'groupId',
    'groupName',
    'type',
    'id',
    'appKey',
    'token',
    'platform',
  ],
  ...[
    'fault',
    'count',
    'delayMs',
    'recipient',
    'code',
    'probability',
    'action',
    'at',
    'ms',
    'timeoutMs',
    'waitMs',
    'match',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'from_user_id', '', ' ', '0'],
);

/** Values at the edges of what is taken. */
const edges = fc.constantFrom(
  ...[
    'alice',
    'bob',
    '',
    ' ',
    '0',
    '1',
    '2',
    '-1',
    '1e309',
    'NaN',
    'true',
    'null',
    '__proto__',
    'constructor',
  ],
  ...[
    'RC:TxtMsg',
    'RC:TypSts',
    'RC:Nope',
    'RC:',
    'app:mood',
    '{}',
    '[]',
    '{"a":1}',
    '{',
    'publish',
    'sync',
    'subscribe',
  ],
  ...[
    'half-open',
    'drop-next',
    'freeze',
    'ios',
    'web',
    '\u0000',
    '\ud800',
    '\u001b[2J',
    '\r\n',
    '😀',
    '\u202e',
  ],
  ...['x'.repeat(32), 'x'.repeat(33), 'x'.repeat(64), 'x'.repeat(65), '😀'.repeat(64), '猫'.repeat(100)],
);

const texts = fc.oneof(
  { weight: 6, arbitrary: edges },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
);
const anyName = fc.oneof({ weight: 5, arbitrary: names }, { weight: 1, arbitrary: texts });

/** Any JSON, most of it near what is taken. */
export const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 6, arbitrary: texts },
    { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, -1, 0.5, 1e21, 1000, 600_000, true, false, null) },
    { weight: 1, arbitrary: fc.double() },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 2, arbitrary: tie('object') },
  ),
  object: fc.array(fc.tuple(anyName, tie('value')), { maxLength: 8 }).map(asJsonObject),
})).object;

/** As JSON has it: `__proto__` is a member like any other. */
function asJsonObject(pairs: unknown): unknown {
  const members = (pairs as [string, unknown][]).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return JSON.parse(`{${members.join(',')}}`);
}

const encodings: ((text: string) => string)[] = [
  (text) => encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '')),
  (text) => String(new URLSearchParams([['', text]])).slice(1),
  (text) => text, // as it is
  (text) => text.replace(/./gu, '%41'),
  (text) => `${text}%`,
  (text) => `${text}%ff%zz`,
];

const encoded = fc.tuple(texts, fc.constantFrom(...encodings)).map(([text, encode]) => encode(text));
const pair = fc
  .tuple(fc.oneof({ weight: 5, arbitrary: names }, { weight: 1, arbitrary: encoded }), encoded)
  .map((each) => each.join('='));
const formText = fc
  .array(fc.oneof({ weight: 8, arbitrary: pair }, { weight: 1, arbitrary: encoded }), { maxLength: 12 })
  .map((pairs) => pairs.join('&'));

/** A body: a form, a form that was cut or has stray bytes in it, or noise. */
export const form: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: formText.map((text) => Buffer.from(text)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(formText, fc.uint8Array({ maxLength: 4 }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([text, stray, where]) => {
        const whole = Buffer.from(text);
        const at = Math.floor(where * whole.length);
        return Buffer.concat([whole.subarray(0, at), stray, whole.subarray(at)]);
      }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

/** The text of a frame: JSON, JSON that was cut, or none. */
export const frame: fc.Arbitrary<string> = fc.oneof(
  { weight: 7, arbitrary: json.map((value) => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: fc.tuple(json, fc.nat(200)).map(([value, length]) => JSON.stringify(value).slice(0, length)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: texts },
);

/** A query, encoded well or not. */
export const query: fc.Arbitrary<string> = formText;

/** What goes into a header: no line breaks, nothing beyond Latin 1. */
export const headerText = fc.oneof(
  texts.map((text) => text.replace(/[^\x20-\x7e\xa0-\xff]/g, '').slice(0, 200)),
  fc.constantFrom(
    'localhost',
    '127.0.0.1:4747',
    'http://localhost:3000',
    'null',
    'evil.test',
    '[::1]',
    'http://evil.test',
  ),
);
