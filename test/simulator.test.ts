import { describe, expect } from 'vitest';
import { app, it } from './fixtures/simulator.ts';

describe('on all addresses', () => {
  it.override('options', { host: '0.0.0.0', apps: [app], initialState: [{ online: [{ userId: 'bob' }] }] });

  it('B6.9 the clients of the initial state find the simulator', ({ simulator }) => {
    expect(simulator.presence('bob', { appKey: app.key }).online).toBe(true);
  });
});
