/** What a script is made of: a comment, a literal, a name or number, space, or a sign. */
const token =
  /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"[^"\n]*"|`(?:\\.|[^`\\])*`|\/[^/*= \n](?:\\.|[^/\\\n])*\/\w*|\.{3}|=>|\+\+|--|#?[\w$]+|\s+|./g;

/**
 * Makes a script shorter without changing what it does: comments, layout, and names that nobody else reads are for
 * whoever reads the source. It counts on semicolons, and on the spaces that the formatter puts around a division.
 */
export function squeeze(script: string): string {
  const tokens = script.match(token)!.filter((text) => !/^(\s|\/[/*])/.test(text));
  const names = shortNames(tokens);
  return tokens.reduce((text, each, index) => {
    // Of a list's last comma and a block's last semicolon nobody needs to know.
    if (/^(,[)\]}]|;})$/.test(each + tokens[index + 1])) return text;
    return join(text, names.get(each) ?? shorter.get(each) ?? each);
  }, '');
}

/** What says the same; `let` does wherever `const` compiles. */
const shorter = new Map([
  ['const', 'let'],
  ['undefined', 'void 0'],
  ['true', '!0'],
  ['false', '!1'],
]);

/** With a space only where two tokens would be read as one. */
function join(text: string, next: string): string {
  const last = text.at(-1) ?? '';
  const needsSpace = (/[\w$]/.test(last) && /^[\w$#]/.test(next)) || (/[+-]/.test(last) && last === next[0]);
  return needsSpace ? `${text} ${next}` : text + next;
}

/** Private names, and those of variables of which each occurrence is clearly that of a variable. */
function shortNames(tokens: readonly string[]): Map<string, string> {
  const isProperty = (index: number) => {
    const [before, after] = [tokens[index - 1] ?? '', tokens[index + 1] ?? ''];
    if (before === '.' || after === ':') return true;
    // In an object or its pattern, in a list of imports; a field or a method of a class.
    if (/^[{,]$/.test(before) && /^[,}]$/.test(after)) return true;
    return (
      (/^[{},;]$/.test(before) && after === '=') || (/^([{};]|get|async)$/.test(before) && after === '(')
    );
  };
  const templates = tokens.filter((text) => text.startsWith('`')).join('');
  const kept = new Set([
    ...tokens.filter((_, index) => isProperty(index)),
    ...(templates.match(/\w+/g) ?? []),
  ]);
  const free = [...new Set(variables(tokens))].filter((name) => !kept.has(name));
  return new Map(
    [...free, ...new Set(tokens.filter((text) => /^#\w/.test(text)))].map((name, index) => {
      return [name, `${name.startsWith('#') ? '#' : ''}$${index.toString(36)}`];
    }),
  );
}

/** The names that are declared and not exported, parameters among them. */
function variables(tokens: readonly string[]): string[] {
  const names = tokens.filter((_, index) => {
    const isExported = tokens[index - 2] === 'export' || tokens[index - 3] === 'export';
    return /^(const|let|function|class)$/.test(tokens[index - 1] ?? '') && !isExported;
  });
  tokens.forEach((text, index) => {
    // A list of parameters ends before an arrow, or before a body.
    if (text !== '=>' && !(text === '{' && tokens[index - 1] === ')')) return;
    const parameters: string[] = [];
    let depth = 0;
    let at = index;
    do {
      at--;
      if (/^[)\]}]$/.test(tokens[at]!)) depth++;
      if (/^[([{]$/.test(tokens[at]!)) depth--;
      if (depth === 1 && /^[(,]$/.test(tokens[at - 1]!)) parameters.push(tokens[at]!);
    } while (depth > 0);
    if (!/^(if|for|await|while|switch|catch)$/.test(tokens[at - 1]!)) names.push(...parameters);
  });
  return names.filter(
    (name) => /^[a-z]\w{2,}$/i.test(name) && !/^(from|get|set|async|static|const|let)$/.test(name),
  );
}
