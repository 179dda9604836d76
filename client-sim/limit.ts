/** One rule for all limits that a user gives; `what` as in "An inbox holds". Throws a RangeError. */
export function checkLimit(what: string, unit: string, limit: number): void {
  if (!(limit >= 1)) throw new RangeError(`${what} at least 1 ${unit}, not ${limit}.`);
  if (Number.isInteger(limit) || limit === Infinity) return;
  throw new RangeError(`${what} a whole number of ${unit}s, not ${JSON.stringify(limit)}.`);
}
