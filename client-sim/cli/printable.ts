/** All that breaks a line, steers a terminal or hides; but not the joiners, which emoji and scripts need. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

const shortEscapes = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** The text on one line, with nothing in it that a terminal would obey. The escapes are those of JSON. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => shortEscapes.get(character) ?? escapeUnits(character));
}

function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
