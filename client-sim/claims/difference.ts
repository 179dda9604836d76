import { asymmetric } from './asymmetric.ts';
import { quote } from './quote.ts';

/** One place where two values differ; undefined means missing. */
export interface Difference {
  /** As in `content.user.name`. */
  path: string;
  expected: unknown;
  actual: unknown;
}

/** All places where two JSON values differ. */
export function differences(expected: unknown, actual: unknown, path: string): Difference[] {
  const matcher = asymmetric(expected);
  if (matcher ? matcher.asymmetricMatch(actual) : Object.is(expected, actual)) return [];
  if (
    matcher ||
    !isObject(expected) ||
    !isObject(actual) ||
    Array.isArray(expected) !== Array.isArray(actual)
  ) {
    return [{ path, expected, actual }];
  }
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...names].flatMap((name) => differences(expected[name], actual[name], `${path}.${name}`));
}

export function describeDifference({ path, expected, actual }: Difference): string {
  return `${path} is ${describe(actual)}, not ${describe(expected)}`;
}

const describe = (value: unknown): string => (value === undefined ? 'missing' : quote(value));

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
