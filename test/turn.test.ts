import { expect, it, vi } from 'vitest';
import { afterTurn, flushAtEndOfTurn } from '../server/turn.ts';

/** Something that notes when it is flushed, and may take its time. */
function noting(flushed: string[], name: string, whenFlushed = () => {}) {
  const flush = () => {
    flushed.push(name);
    whenFlushed();
  };
  return { flush };
}

it('all that is gathered in a turn goes out when it ends, in order', async () => {
  const flushed: string[] = [];
  for (const name of ['a', 'b', 'c']) flushAtEndOfTurn(noting(flushed, name));
  expect(flushed).toEqual([]);
  await new Promise(setImmediate);
  expect(flushed).toEqual(['a', 'b', 'c']);
});

it('a turn that has written for its time leaves the rest to the next ones', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const flushed: string[] = [];
  const slow = () => {
    now += 1 / 16;
  };
  const names = Array.from({ length: 36 }, (_, index) => String(index));
  for (const name of names) flushAtEndOfTurn(noting(flushed, name, slow));
  const ends: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    await new Promise(setImmediate);
    ends.push(flushed.length);
  }
  expect(ends).toEqual([16, 32, 36, 36]);
  expect(flushed).toEqual(names);
});

it('what comes while others wait is behind them', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const flushed: string[] = [];
  const slow = () => {
    now += 10;
    if (now === 10) flushAtEndOfTurn(noting(flushed, 'late'));
  };
  for (const name of ['a', 'b']) flushAtEndOfTurn(noting(flushed, name, slow));
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  expect(flushed).toEqual(['a', 'b', 'late']);
});

it('who waits for the end of a turn comes behind what it flushes, and in order', async () => {
  const done: string[] = [];
  afterTurn(() => done.push('x'));
  flushAtEndOfTurn(noting(done, 'a'));
  afterTurn(() => done.push('y'));
  flushAtEndOfTurn(noting(done, 'b'));
  expect(done).toEqual([]);
  await new Promise(setImmediate);
  expect(done).toEqual(['a', 'b', 'x', 'y']);
});

it('who waits for the end of a turn does not wait for what is left to the next ones', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const done: string[] = [];
  const slow = () => {
    now += 1;
  };
  const names = Array.from({ length: 16 }, (_, index) => String(index));
  for (const name of names) flushAtEndOfTurn(noting(done, name, slow));
  afterTurn(() => done.push('x'));
  await new Promise(setImmediate);
  expect(done).toEqual([...names.slice(0, 8), 'x']);
  await new Promise(setImmediate);
  expect(done).toEqual([...names.slice(0, 8), 'x', ...names.slice(8)]);
});

it('what is asked for while a turn ends has the next one', async () => {
  const done: string[] = [];
  afterTurn(() => {
    done.push('x');
    afterTurn(() => done.push('y'));
    flushAtEndOfTurn(noting(done, 'a'));
  });
  await new Promise(setImmediate);
  expect(done).toEqual(['x']);
  await new Promise(setImmediate);
  expect(done).toEqual(['x', 'a', 'y']);
});
