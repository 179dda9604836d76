import { expect, it, onTestFinished, vi } from 'vitest';
import { pace } from '../../../client-sim/swarm/pace.ts';

it('steps come evenly, so many a second, until it ends', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let steps = 0;
  const end = pace(10, () => steps++);
  const stepsAfter = (ms: number) => {
    vi.advanceTimersByTime(ms);
    return steps;
  };
  expect([stepsAfter(90), stepsAfter(10), stepsAfter(900)]).toEqual([0, 1, 10]);
  end();
  expect(stepsAfter(1000)).toBe(10);
});
