import { expect, it } from 'vitest';
import { byNearness } from '../../client-sim/claims/nearest.ts';
import { statusFrame } from '../client-sim/scripted-server.ts';

const pattern = { fromUserId: 'alice', objectName: 'my:a', content: { x: 1, y: 2 } };
const frame = (fromUserId: string, objectName: string, content: object) => {
  return statusFrame({ fromUserId, objectName, content: JSON.stringify(content) });
};

it('the message with fewer fields that differ is nearer, however much its content does', () => {
  const far = frame('bob', 'my:b', { x: 1, y: 2 });
  const near = frame('alice', 'my:a', { p: 1, q: 2, r: 3 });
  expect(byNearness([far, near], pattern).map(({ message }) => message)).toEqual([near, far]);
});

it('of two that differ in their content alone the one that differs less is nearer', () => {
  const far = frame('alice', 'my:a', { x: 0, y: 0 });
  const near = frame('alice', 'my:a', { x: 1, y: 0 });
  expect(byNearness([far, near], pattern).map(({ message }) => message)).toEqual([near, far]);
});

it('of two that are equally near the earlier comes first', () => {
  const [one, other] = [frame('bob', 'my:a', { x: 1, y: 2 }), frame('alice', 'my:b', { x: 1, y: 2 })];
  expect(byNearness([one, other], pattern).map(({ message }) => message)).toEqual([one, other]);
});
