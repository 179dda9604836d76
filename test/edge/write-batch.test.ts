import { expect, it, vi } from 'vitest';
import { afterTurn, flushAtEndOfTurn } from '../../server/edge/write-batch.ts';

/** Something that notes when it is flushed, and may take its time. */
function noting(flushed: string[], name: string, whenFlushed = () => {}) {
  const flush = () => {
    flushed.push(name);
    whenFlushed();
  };
  return { flush };
}

/** Stops the clock: from now on only what this returns takes time, and each time so much. */
function takingMs(ms: number): () => void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  return () => {
    now += ms;
  };
}

const numbers = (length: number) => Array.from({ length }, (_, index) => String(index));

it('all that is gathered in a turn goes out when it ends, in order', async () => {
  const flushed: string[] = [];
  for (const name of ['a', 'b', 'c']) flushAtEndOfTurn(noting(flushed, name));
  expect(flushed).toEqual([]);
  await new Promise(setImmediate);
  expect(flushed).toEqual(['a', 'b', 'c']);
});

it('a turn that has written for its time leaves the rest to the next ones', async () => {
  const slow = takingMs(1 / 16);
  const flushed: string[] = [];
  const names = numbers(36);
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
  const slow = takingMs(10);
  const flushed: string[] = [];
  const slowWithMore = () => {
    slow();
    flushAtEndOfTurn(noting(flushed, 'late'));
  };
  flushAtEndOfTurn(noting(flushed, 'a', slowWithMore));
  flushAtEndOfTurn(noting(flushed, 'b', slow));
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
  const slow = takingMs(1);
  const done: string[] = [];
  const names = numbers(16);
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
