import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { Answer } from '../../server/gateway/dialect.ts';
import { FrameQueue } from '../../server/gateway/frame-queue.ts';

/** A queue that logs what it does. The answer to a frame named `slow` waits for `letGo`; `broken` throws. */
function watchedQueue() {
  const log: string[] = [];
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const ws = {
    isPaused: false,
    pause() {
      this.isPaused = true;
      log.push('pause');
    },
    resume() {
      this.isPaused = false;
      log.push('resume');
    },
  };
  const receive = (data: Buffer): Answer | Promise<Answer> => {
    const name = String(data);
    if (name === 'broken') throw new Error('broken');
    log.push(`receive ${name}`);
    const answer = () => void log.push(`answer ${name}`);
    return name === 'slow' ? gate.then(() => answer) : answer;
  };
  const queue = new FrameQueue(ws as WebSocket & typeof ws, { receive }, (error) => log.push(String(error)));
  const take = (...names: string[]) => {
    for (const name of names) queue.take(Buffer.from(name), false);
  };
  const settle = async () => {
    letGo();
    await new Promise(setImmediate);
  };
  return { queue, take, settle, log };
}

it('a frame is answered at once when nothing has to wait', () => {
  const { take, log } = watchedQueue();
  take('a', 'b');
  expect(log).toEqual(['receive a', 'answer a', 'receive b', 'answer b']);
});

it('B5.12 a frame is received at once, and answered behind those before it', async () => {
  const { take, settle, log } = watchedQueue();
  take('slow', 'a');
  expect(log).toEqual(['receive slow', 'receive a']);
  await settle();
  expect(log.slice(2)).toEqual(['answer slow', 'answer a']);
});

it('a client is read no further while 64 answers wait for another, and then again', async () => {
  const { take, settle, log } = watchedQueue();
  take('slow', ...Array.from({ length: 63 }, () => 'a'));
  expect(log).not.toContain('pause');
  take('a');
  expect(log.at(-1)).toBe('pause');
  await settle();
  expect(log.slice(-2)).toEqual(['answer a', 'resume']);
});

it('what comes after something slow has been answered is answered at once', async () => {
  const { take, settle, log } = watchedQueue();
  take('slow');
  await settle();
  take('a');
  expect(log.slice(-2)).toEqual(['receive a', 'answer a']);
});

it('nothing is answered any more when the session has ended', async () => {
  const { queue, take, settle, log } = watchedQueue();
  take('slow', 'a');
  queue.end();
  await settle();
  expect(log).toEqual(['receive slow', 'receive a', 'answer slow']);
});

it('B5.10 what a reader throws is told, and stops nothing', () => {
  const { take, log } = watchedQueue();
  take('broken', 'a');
  expect(log).toEqual(['Error: broken', 'receive a', 'answer a']);
});
