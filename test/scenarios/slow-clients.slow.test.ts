import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { connectClient, type SimClient } from '../../client-sim/index.ts';
import type { Simulator } from '../../server/index.ts';
import { it as commandIt } from '../cli/command.ts';
import { frameWriters } from '../fixtures/frame-writers.ts';
import { it as base, form, formType, publishPath } from '../fixtures/simulator.ts';

const kib = 1024;
const content = (bytes: number) => 'x'.repeat(bytes);

const it = base
  /** What `/readyz` says. */
  .extend('state', ({ send }) => async () => {
    const { status, body } = await send('/readyz', { method: 'GET' });
    return `${status} ${Reflect.get(body, 'status')}`;
  })
  /** Asks again and again, doing something each time, until this is the answer. */
  .extend('untilState', ({ state }) => async (expected: string, step = () => {}) => {
    while ((await state()) !== expected) step();
  });

const users = Array.from({ length: 20 }, (_, index) => `slow ${index}`);

function freezeAll(simulator: Simulator): void {
  for (const userId of users) simulator.app().faults.set({ fault: 'freeze', userId });
}

function publishTo(simulator: Simulator, toUserId: string[], bytes: number) {
  const message = { fromUserId: 'alice', toUserId, objectName: 'app:mood', content: content(bytes) };
  return simulator.publish(message).report.recipients;
}

describe.each(frameWriters)('with $frames frames and room for 2 MiB in all', ({ plainFrames }) => {
  it.override('plainFrames', plainFrames);
  it.override('options', {
    recipientsPerMinute: Infinity,
    slowDrops: Infinity,
    totalBacklogBytes: 2048 * kib,
  });

  it('B1.16 slow clients get less together, and others all', async ({ simulator, connect, untilState }) => {
    const fast = await connect('fast');
    await Promise.all(users.map((userId) => connect(userId)));
    freezeAll(simulator);
    for (let count = 0; count < 4; count++) publishTo(simulator, users, 100 * kib);
    await untilState('503 overloaded');
    const rows = publishTo(simulator, [...users, 'fast'], 100 * kib);
    const dropped = rows.filter((row) => row.outcome === 'dropped' && row.reason === 'backpressure');
    await fast.settle();
    expect([dropped.length, rows.at(-1)!.outcome, fast.received.length]).toEqual([20, 'delivered', 1]);
  });

  it('B1.16 afterwards everybody has the whole budget again', async ({ simulator, connect, untilState }) => {
    const slow = await Promise.all(users.map((userId) => connect(userId)));
    freezeAll(simulator);
    for (let count = 0; count < 4; count++) publishTo(simulator, users, 100 * kib);
    await untilState('503 overloaded');
    simulator.app().faults.remove();
    await Promise.all(slow.map((client) => client.settle()));
    await untilState('200 ready');
    freezeAll(simulator);
    const outcomes = [1, 2].flatMap(() => publishTo(simulator, users, 100 * kib));
    expect(outcomes.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(40);
  });

  it('B1.16 a turn of the event loop that takes long is overload', async ({ untilState }) => {
    const stall = () => {
      for (const end = performance.now() + 900; performance.now() < end; );
    };
    await untilState('503 overloaded', stall);
    await untilState('200 ready');
  });
});

// --- in a process of its own, for its memory's sake ---

const frozenUsers = Array.from({ length: 1000 }, (_, index) => `frozen ${index}`);
const fastUsers = Array.from({ length: 50 }, (_, index) => `fast ${index}`);

/** Resident memory of a process in bytes. */
function memoryOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kilobytes) * kib;
}

async function connectAll(wsUrl: string, userIds: readonly string[]): Promise<SimClient[]> {
  return Promise.all(userIds.map((userId) => connectClient(wsUrl, { userId, timeoutMs: 60_000 })));
}

async function post(url: string, fields: Record<string, string | readonly string[]>) {
  const response = await fetch(url + publishPath, {
    method: 'POST',
    headers: { 'Content-Type': formType },
    body: form(fields),
  });
  expect(response.status).toBe(200);
  await response.body?.cancel();
}

const budgetBytes = 64 * kib;
const limits = ['--recipients-per-minute', 'unlimited', '--slow-drops', 'unlimited'];

commandIt(
  'B1.12 a thousand frozen clients hold no more than their budgets, and delay nobody',
  async ({ serve }) => {
    const { command, url, wsUrl } = await serve([...limits, '--backlog-bytes', String(budgetBytes)]);
    const fast = await connectAll(wsUrl, fastUsers);
    await connectAll(wsUrl, frozenUsers);
    for (const userId of frozenUsers) {
      const body = JSON.stringify({ fault: 'freeze', userId });
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${url}/sim/faults`, { method: 'PUT', headers, body });
      await answer.body?.cancel();
    }
    const message = { fromUserId: 'alice', objectName: 'app:mood', content: content(4 * kib) };
    await post(url, { ...message, toUserId: [...fastUsers, ...frozenUsers.slice(0, 50)] });
    const before = memoryOf(command.process.pid!);

    const sent = 64; // four times the budget
    for (let count = 0; count < sent; count++) {
      await post(url, { ...message, toUserId: frozenUsers });
      await post(url, { ...message, toUserId: fastUsers });
      await Promise.all(fast.map((client) => client.settle())); // while the others read nothing
    }

    const grown = memoryOf(command.process.pid!) - before;
    const inBudgets = frozenUsers.length * (budgetBytes + 16 * kib); // the message that crosses it, and what it is kept in
    expect(fast.map(({ received }) => received.length)).toEqual(fastUsers.map(() => sent + 1));
    expect(grown).toBeLessThan(inBudgets + 64 * 1024 * kib);
  },
);

commandIt(
  'B1.16 publishes that come faster than they can be delivered wait, end no session, and leave nothing behind',
  async ({ serve }) => {
    const { command, url, wsUrl } = await serve(limits);
    const userIds = Array.from({ length: 200 }, (_, index) => `user ${index}`);
    const clients = await connectAll(wsUrl, userIds);
    const message = {
      fromUserId: 'alice',
      objectName: 'app:mood',
      content: content(16 * kib),
      toUserId: userIds,
    };
    await post(url, message);
    const before = memoryOf(command.process.pid!);

    const publisher = async () => {
      for (let count = 0; count < 5; count++) await post(url, message);
    };
    await Promise.all(Array.from({ length: 20 }, publisher));
    await Promise.all(clients.map((client) => client.settle()));
    while ((await fetch(`${url}/readyz`)).status !== 200);
    await post(url, { ...message, content: 'the last' });
    await Promise.all(clients.map((client) => client.settle()));

    expect(clients.filter(({ received }) => received.at(-1)!.content === 'the last')).toHaveLength(200);
    expect(memoryOf(command.process.pid!) - before).toBeLessThan(512 * 1024 * kib);
  },
);
