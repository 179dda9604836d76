/** What is there at once on one node, and in a cluster when the other nodes have answered. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value as soon as it is there: at once, without a promise, if it is there already. */
export function soon<T, R>(value: Soon<T>, next: (value: T) => R): Soon<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
