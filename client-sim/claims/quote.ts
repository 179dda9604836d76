import { asymmetric } from './asymmetric.ts';

const longest = 200;

/** A value as JSON on one line, clipped: it can neither break its sentence nor fill the screen. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value, (_, inner) => {
    const matcher = asymmetric(inner);
    return matcher ? (matcher.toAsymmetricMatcher?.() ?? String(matcher)) : inner;
  });
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}

/** As in `"bob", "carol" and 3 more`. */
export function quoteSome(texts: readonly string[], atMost = 5): string {
  const shown = texts.slice(0, atMost).map(quote).join(', ');
  return texts.length > atMost ? `${shown} and ${texts.length - atMost} more` : shown;
}
