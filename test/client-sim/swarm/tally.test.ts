import { expect, it } from 'vitest';
import { Tally } from '../../../client-sim/swarm/tally.ts';

it('the violations of a tally are its faults together', () => {
  const tally = new Tally();
  Object.assign(tally.faults, { duplicate: 1, late: 10, lost: 100, misdelivered: 1000 });
  expect(tally.violations).toBe(1111);
});
