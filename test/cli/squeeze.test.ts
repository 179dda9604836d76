/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: a script as text */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { squeeze } from '../../client-sim/cli/squeeze.ts';
import { apply, initial } from '../../client-sim/web/state.js';
import { events } from '../web/events.ts';

it.for([
  ['comments go', '/** why */\n// what\nf(); // how\n', 'f();'],
  ['a literal stays as it is', "f('a  //  b', `c  ${d}`, /e {2}f/g);", "f('a  //  b',`c  ${d}`,/e {2}f/g);"],
  ['words stay apart', 'return typeof a in b;', 'return typeof a in b;'],
  ['signs that would join do, too', 'f(a + +b, a - -b);', 'f(a+ +b,a- -b);'],
  ['last commas and semicolons go', 'f({\n  a,\n  b: [1, 2,],\n});\n{\n  g();\n}', 'f({a,b:[1,2]});{g()}'],
  ['a variable of nobody else’s has a short name', 'const total = 1;\nf(total);', 'let $0=1;f($0);'],
  ['so has a parameter', '(first, second) => f(first, second);', '($1,$0)=>f($1,$0);'],
  [
    'and what is private',
    'class A {\n  #total = 1;\n  get() {\n    return this.#total;\n  }\n}',
    'class A{#$0=1;get(){return this.#$0}}',
  ],
  ['what is exported keeps its name', 'export const total = 1;', 'export let total=1;'],
  ['what may be a property does', 'const total = 1;\nf({ total });', 'let total=1;f({total});'],
  [
    'so does what a pattern takes out of an object',
    'function f({ total = 1 }) {}\nconst total = 2;\ng(total);',
    'function f({total=1}){}let total=2;g(total);',
  ],
  [
    'and a field of a class',
    'class A {\n  total = 1;\n}\nconst total = 2;\ng(total);',
    'class A{total=1}let total=2;g(total);',
  ],
  ['what a template uses does', 'const total = 1;\nf(`${total}`);', 'let total=1;f(`${total}`);'],
])('%s', ([, script, squeezed]) => {
  expect(squeeze(script!)).toBe(squeezed);
});

it('what is squeezed does what it did: the fold of the page', async () => {
  const source = readFileSync(join(import.meta.dirname, '../../client-sim/web/state.js'), 'utf8');
  const squeezed = await import(`data:text/javascript,${encodeURIComponent(squeeze(source))}`);
  fc.assert(
    fc.property(events, (entries) => {
      expect(entries.reduce(squeezed.apply, squeezed.initial)).toEqual(entries.reduce(apply, initial));
    }),
  );
});
