import { expect, it } from 'vitest';
import { Timeline } from '../../../client-sim/swarm/timeline.ts';

it('each moment is after the one before, however fast they are asked for', () => {
  const timeline = new Timeline();
  const moments = Array.from({ length: 1000 }, () => timeline.now());
  expect(moments.every((moment, index) => index === 0 || moment > moments[index - 1]!)).toBe(true);
});
