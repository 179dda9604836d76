import type { Stage } from './fault.ts';

/** How often a fault strikes: the next `count` times, once unless told, or each time with a probability. */
interface Odds {
  count?: number;
  probability?: number;
}

/** @param spec counts down what is left */
export function oddsOf(spec: Odds, { chance }: Pick<Stage, 'chance'>) {
  if (spec.probability === undefined) spec.count ??= 1;
  const isSpent = () => spec.count === 0;
  return {
    isSpent,
    strike(): boolean {
      if (spec.count === undefined) return chance() < spec.probability!;
      if (isSpent()) return false;
      spec.count--;
      return true;
    },
  };
}
