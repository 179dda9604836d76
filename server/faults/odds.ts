import type { Odds, Stage } from './fault.ts';

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
