/** Where a text stops being JSON, and what could stand there. */
export interface JsonFault {
  /** Both from 1. */
  line: number;
  column: number;
  expected: string;
}

/** Without control characters, of which those from U+007F count as none here. */
const text = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /(?:true|false|null)\b/y;
const space = /[ \t\r\n]*/y;

/**
 * Finds the first fault; undefined if there is none. `JSON.parse` says where it is only on newer versions of Node, and
 * quotes what stands around it, which may be a secret.
 */
export function jsonFault(json: string): JsonFault | undefined {
  let at = 0;
  const take = (form: RegExp): boolean => {
    for (const each of [space, form]) {
      each.lastIndex = at;
      const [taken] = each.exec(json) ?? [];
      if (taken === undefined) return false;
      at += taken.length;
    }
    return true;
  };
  const expect = (form: RegExp, expected: string) => {
    if (!take(form)) throw expected;
  };
  const items = (end: RegExp, endName: string, item: () => void) => {
    if (take(end)) return;
    do item();
    while (take(/,/y));
    expect(end, `a comma or ${endName}`);
  };
  const value = () => {
    if (take(/\{/y)) {
      items(/\}/y, '}', () => {
        expect(text, 'a key in double quotes');
        expect(/:/y, 'a colon');
        value();
      });
    } else if (take(/\[/y)) items(/\]/y, ']', value);
    else if (!take(text) && !take(number)) expect(word, 'a value');
  };
  try {
    value();
    expect(/$/y, 'the end of the file');
    return undefined;
  } catch (expected) {
    if (typeof expected !== 'string') throw expected;
    const lines = json.slice(0, at).split('\n');
    const isComment = /^\/[/*]/.test(json.slice(at));
    return {
      line: lines.length,
      column: lines.at(-1)!.length + 1,
      expected: isComment ? `${expected}; JSON has no comments` : expected,
    };
  }
}
