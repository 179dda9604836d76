/** The same text in memory of its own: a part of a request that is kept would keep all of the request. */
export function ownCopy(text: string): string {
  return ` ${text}`.slice(1);
}
