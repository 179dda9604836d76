/** What vitest's and jest's `expect.any(String)` and the like are: a value that itself says what equals it. */
export interface Asymmetric {
  asymmetricMatch(actual: unknown): boolean;
  toAsymmetricMatcher?(): string;
}

/** The value as such a matcher, if it is one. */
export function asymmetric(value: unknown): Asymmetric | undefined {
  const isOne = typeof value === 'object' && value !== null && 'asymmetricMatch' in value;
  return isOne ? (value as Asymmetric) : undefined;
}
