/** Something like vitest's and jest's `expect.any(String)`: it decides itself what it equals. */
export interface Asymmetric {
  asymmetricMatch(actual: unknown): boolean;
  toAsymmetricMatcher?(): string;
}

/** The value, if it is such a matcher. */
export function asymmetric(value: unknown): Asymmetric | undefined {
  const isOne = typeof value === 'object' && value !== null && 'asymmetricMatch' in value;
  return isOne ? (value as Asymmetric) : undefined;
}
