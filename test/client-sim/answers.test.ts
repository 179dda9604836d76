import { expect, it } from 'vitest';
import { Answers } from '../../client-sim/answers.ts';

const second = 1000;

it('every id is a new one', () => {
  const answers = new Answers();
  expect([answers.newId(), answers.newId(), answers.newId()]).toEqual(['1', '2', '3']);
});

it('each answer goes to the request with its id', async () => {
  const answers = new Answers();
  const waiting = ['1', '2'].map((id) => answers.wait({ type: 'sync', id }, second));
  answers.deliver({ type: 'synced', id: '2' });
  answers.deliver({ type: 'error', id: '1', code: 1002, errorMessage: 'no' });
  const types = (await Promise.all(waiting)).map(({ type }) => type);
  expect(types).toEqual(['error', 'synced']);
});

it('an awaited frame is told from others', () => {
  const answers = new Answers();
  void answers.wait({ type: 'sync', id: '1' }, second);
  const delivered = ['1', '1', '2'].map((id) => answers.deliver({ type: 'synced', id }));
  expect(delivered).toEqual([true, false, false]);
});

it('an error without an id answers nobody', () => {
  const answers = new Answers();
  void answers.wait({ type: 'sync', id: '1' }, second).catch(() => {});
  const delivered = answers.deliver({ type: 'error', code: 1002, errorMessage: 'no' });
  answers.close('over');
  expect(delivered).toBe(false);
});

it('a request without an answer rejects in time', async () => {
  const waiting = new Answers().wait({ type: 'sync', id: '1' }, 0);
  await expect(waiting).rejects.toThrow(new Error('No answer to a sync: none came within 0 ms.'));
});

it('closing rejects every request that waits', async () => {
  const answers = new Answers();
  const waiting = ['1', '2'].map((id) => answers.wait({ type: 'sync', id }, second));
  answers.close('the session closed with 1001');
  const outcomes = (await Promise.allSettled(waiting)).map(({ status }) => status);
  expect(outcomes).toEqual(['rejected', 'rejected']);
});

it('a request after the closing rejects at once, saying why', async () => {
  const answers = new Answers();
  answers.close('the session closed with 1001');
  const waiting = answers.wait({ type: 'sync', id: '1' }, Number.POSITIVE_INFINITY);
  await expect(waiting).rejects.toThrow(new Error('No answer to a sync: the session closed with 1001.'));
});
