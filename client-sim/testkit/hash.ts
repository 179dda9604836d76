/**
 * A whole number below 2^53. Among a million texts two have the same with a probability of one in 20,000. Two 32-bit
 * lanes, as in cyrb53.
 */
export function hashOf(text: string): number {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 2_654_435_761);
    other = Math.imul(other ^ unit, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(other ^ (other >>> 13), 3_266_489_909);
  other = Math.imul(other ^ (other >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  return 2 ** 32 * (other & 0x1fffff) + (one >>> 0);
}

/** The hash of two sets together, from theirs: it is the same in whatever order they grow. */
export function together(one: number, other: number): number {
  const sum = one - (2 ** 53 - other); // less 2^53, for above that it would not be exact
  return sum < 0 ? sum + 2 ** 53 : sum;
}
