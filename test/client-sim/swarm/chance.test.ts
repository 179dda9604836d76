import { expect, it } from 'vitest';
import { Chance } from '../../../client-sim/swarm/chance.ts';

const letters = [...'abcdefghij'];

const draw = (seed: string) => {
  const chance = new Chance(seed);
  return letters.map(() => chance.next());
};

it('the same seed gives the same numbers', () => {
  expect(draw('one')).toEqual(draw('one'));
});

it('another seed gives others', () => {
  expect(draw('one')).not.toEqual(draw('other'));
});

it('a number below something reaches all there is and no more', () => {
  const chance = new Chance('seed');
  const numbers = Array.from({ length: 200 }, () => chance.below(4));
  expect([...new Set(numbers)].sort()).toEqual([0, 1, 2, 3]);
});

it.for([1, 5, 10])('a sample of %d has so many, each once', (count) => {
  const sample = new Chance('seed').sample(letters, count);
  expect(new Set(sample).size).toBe(count);
});

it('each one gets into a sample as often as the others', () => {
  const chance = new Chance('seed');
  const samples = Array.from({ length: 1000 }, () => chance.sample(letters, 3)).flat();
  const counts = letters.map((letter) => samples.filter((each) => each === letter).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(100); // of 300 each
});
