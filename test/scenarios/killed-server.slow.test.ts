import { expect } from 'vitest';
import { connectLasting, type LastingClient, StatusPublisher } from '../../client-sim/index.ts';
import { freePort } from '../bench/free-port.ts';
import { it } from '../cli/command.ts';
import { VirtualClock } from '../client-sim/virtual-clock.ts';

const userIds = Array.from({ length: 300 }, (_, index) => `user ${index}`);
const limits = ['--recipients-per-minute', 'unlimited'];
const message = { fromUserId: 'alice', objectName: 'app:mood', toUserId: userIds };

/** Calls back once all users are this. */
class Attendance {
  readonly #online = new Set<string>();
  #look = () => {};

  change(userId: string, online: boolean): void {
    if (online) this.#online.add(userId);
    else this.#online.delete(userId);
    this.#look();
  }

  become(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.#online.size === count) resolve();
      };
      this.#look();
    });
  }
}

it('B1.2 after a kill -9 under load all come back by themselves, were offline in between, and get nothing from before', async ({
  serve,
  onTestFinished,
}) => {
  const options = [...limits, '--port', String(await freePort())];
  const first = await serve(options);
  const attendance = new Attendance();
  const clock = new VirtualClock();
  /** What each user's sessions got, session by session. */
  const received = new Map<string, string[][]>(userIds.map((userId) => [userId, []]));
  const open = (userId: string): Promise<LastingClient> => {
    return connectLasting(first.wsUrl, {
      userId,
      clock,
      timeoutMs: 30_000,
      onOnline: (session) => {
        const contents: string[] = [];
        received.get(userId)!.push(contents);
        session.on('status', ({ content }) => contents.push(content));
        attendance.change(userId, true);
      },
      onOffline: () => attendance.change(userId, false),
    });
  };
  const clients = await Promise.all(userIds.map(open));
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.close()));
  });

  // The load: it is under way all the time, and in the middle of it the server is gone.
  const publisher = new StatusPublisher({ url: first.url });
  let accepted = 0;
  const load = async () => {
    for (;;) {
      await publisher.publish({ ...message, content: `before ${accepted}` });
      accepted++;
      if (accepted === 100) first.command.kill('SIGKILL');
    }
  };
  const loads = Array.from({ length: 8 }, () => load().catch(() => 'the server is gone'));
  expect(await Promise.all(loads)).toEqual(loads.map(() => 'the server is gone'));
  await attendance.become(0);
  expect(clients.filter(({ session }) => session)).toEqual([]);

  // Up again, and nobody is back yet.
  const second = await serve(options);
  const presence = await (await fetch(`${second.url}/sim/presence`)).json();
  const between = await fetch(`${second.url}/sim/publish`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...message, content: 'between' }),
  });
  const { report } = (await between.json()) as { report: { recipients: { reason?: string }[] } };
  expect(presence).toEqual({ code: 200, online: 0, users: [] });
  expect(report.recipients.map(({ reason }) => reason)).toEqual(userIds.map(() => 'offline'));

  clock.advanceTo(clock.now() + 60_000);
  await attendance.become(userIds.length);
  await publisher.publish({ ...message, content: 'after' });
  await Promise.all(clients.map(({ session }) => session!.settle()));
  expect([...received.values()].map((sessions) => [sessions.length, sessions[1]])).toEqual(
    userIds.map(() => [2, ['after']]),
  );
});
