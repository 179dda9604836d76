import { existsSync, readFileSync } from 'node:fs';

/** Seen from the sources, and from what is built of them. */
const places = ['../../', '../../../'].map(
  (root) => new URL(`${root}server/protocol/README.md`, import.meta.url),
);

/** The rules of one subject. */
export interface RuleGroup {
  /** Such as B1. */
  id: string;
  title: string;
  /** By number. Of a rule that goes on with tables and examples, what it begins with. */
  rules: Map<string, string>;
}

/** What the simulator does, by numbered rules: Part B of the protocol. */
export function readRules(): RuleGroup[] {
  const file = places.find((place) => existsSync(place));
  const [, ...parts] = file ? readFileSync(file, 'utf8').split(/^### (?=B\d)/m) : [];
  return parts.map((part) => {
    const [, id = '', title = ''] = /^(\S+) (.*)/.exec(part)!;
    const rules = new Map<string, string>();
    for (const [, number = '', text = ''] of part.matchAll(rule)) {
      const before = rules.get(number);
      rules.set(number, before ? `${before} ${plain(text)}` : plain(text));
    }
    return { id, title, rules };
  });
}

/** A row of a table, `| B1.3 | … |`, or a paragraph that begins with `**B3.13**` or `**B5.7 Heartbeat.**`. */
const rule = /^(?:\| |(?:- )?\*\*)(B\d+\.\d+)(?: \| |\*\* | )((?:.+\n)+?)(?=\n|\||- |$)/gm;

/** Without the marks of Markdown. */
function plain(text: string): string {
  const words = text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*(\w+)\*/g, '$1')
    .replace(/\*\*|`| \|\n/g, '')
    .replace(/ \| /g, ' · ')
    .replace(/\s+/g, ' ')
    .trim();
  return /[.。]$/.test(words) ? words : `${words} …`;
}
