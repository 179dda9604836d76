import { describe, expect } from 'vitest';
import { app, it } from './fixtures/simulator.ts';

describe('with a public address', () => {
  it.override('options', { publicUrl: 'https://sim.test' });

  it('C1 the tokens of the handle name that address', ({ simulator }) => {
    expect(simulator.app().token('bob')).toMatch(/@https:\/\/sim\.test$/);
  });
});

it('C1 the tokens of the handle name the address of the simulator', ({ simulator }) => {
  const { port } = new URL(simulator.url);
  expect(simulator.app().token('bob')).toMatch(new RegExp(`@http://127\\.0\\.0\\.1:${port}$`));
});

describe('on all addresses', () => {
  it.override('options', { host: '0.0.0.0', apps: [app], initialState: [{ online: [{ userId: 'bob' }] }] });

  it('B6.9 the clients of the initial state find the simulator', ({ simulator }) => {
    expect(simulator.presence('bob', { appKey: app.key }).online).toBe(true);
  });
});
