/**
 * Goes on with a value at once if it is there, or else when it is: an app without a layer above answers before the next
 * frame is read, so that not even a close behind it comes first.
 */
export function atOnce<T, R>(value: T | Promise<T>, next: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
