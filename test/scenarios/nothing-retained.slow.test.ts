import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { connectClient } from '../../client-sim/index.ts';
import { it as base, main } from '../cli/command.ts';
import { form, formType, publishPath } from '../fixtures/simulator.ts';

const groupPath = '/statusmessage/group/publish.json';
const broadcastPath = '/message/online/broadcast.json';
const json = { 'Content-Type': 'application/json' };

/** Texts of one byte and of two bytes for each character, long enough to be kept as a part of something larger. */
const alphabets = { one: 'retained-by-nobody-', two: '谁也不保留的内容' };

/** A content for each way that a message can go, and what to look for afterwards. */
class Markers {
  readonly all: string[] = [];

  /** Those that stand in one of these texts, as they are or as a form encodes them. */
  in(texts: readonly string[]): string[] {
    return this.all.filter((marker) => {
      const encoded = encodeURIComponent(marker);
      return texts.some((text) => text.includes(marker) || text.includes(encoded));
    });
  }

  make(way: string): string[] {
    return Object.values(alphabets).map((alphabet) => {
      const marker = `${alphabet}-${this.all.length}-${way}`;
      this.all.push(marker);
      return marker;
    });
  }
}

const it = base
  /** A folder for what the simulator's machine writes about it. */
  .extend('folder', ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'status-sim-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return folder;
  })
  /** A simulator of which a snapshot can be taken. */
  .extend('watched', ({ serve, folder }) => async (...entry: string[]) => {
    const options = ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`];
    const command = [process.execPath, ...options, ...(entry.length === 0 ? [main] : entry)];
    return serve([], { command });
  })
  /** All texts that a process can still reach. Node writes them to a file between two requests. */
  .extend(
    'textsOf',
    ({ folder }) =>
      async ({ command, url }: { command: { kill(signal: NodeJS.Signals): void }; url: string }) => {
        command.kill('SIGUSR2');
        for (;;) {
          await (await fetch(`${url}/healthz`)).text();
          const [name] = readdirSync(folder);
          const snapshot = name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
          if (!snapshot.trimEnd().endsWith('}')) continue; // it is still being written
          const { strings } = JSON.parse(snapshot) as { strings: string[] };
          return strings;
        }
      },
  );

/** Sends contents every way there is: delivered, dropped for every reason, echoed, refused, asked about only. */
async function sendEveryWay({ url, wsUrl }: { url: string; wsUrl: string }, markers: Markers): Promise<void> {
  const connect = (userId: string) => connectClient(wsUrl, { userId, inboxLimit: 1 });
  const [bob, alice] = [await connect('bob'), await connect('alice'), await connect('frozen')];
  const call = async (path: string, init: RequestInit) => {
    const answer = await fetch(url + path, init);
    await answer.arrayBuffer();
    return answer.status;
  };
  const post = (path: string, fields: Record<string, string | string[]>) => {
    return call(path, { method: 'POST', headers: { 'Content-Type': formType }, body: form(fields) });
  };
  const sim = (method: string, path: string, body?: object) => {
    return call(`/sim/${path}`, {
      method,
      headers: json,
      body: body === undefined ? null : JSON.stringify(body),
    });
  };
  const message = { fromUserId: 'alice', objectName: 'app:mood' };

  await post('/group/create.json', { groupId: 'team', userId: ['bob', 'alice'] });
  await post('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'mallory' });
  for (const content of markers.make('delivered'))
    await post(publishPath, { ...message, toUserId: 'bob', content });
  for (const content of markers.make('offline'))
    await post(publishPath, { ...message, toUserId: 'carol', content });
  for (const content of markers.make('echoed'))
    await post(publishPath, { ...message, toUserId: 'bob', isIncludeSender: '1', content });
  for (const content of markers.make('blocked'))
    await post(publishPath, {
      ...message,
      fromUserId: 'mallory',
      toUserId: 'bob',
      verifyBlacklist: '1',
      content,
    });
  for (const content of markers.make('group'))
    await post(groupPath, { ...message, toGroupId: 'team', content });
  for (const content of markers.make('broadcast')) await post(broadcastPath, { ...message, content });
  for (const content of markers.make('refused'))
    await post(publishPath, { ...message, toUserId: '', content });
  for (const content of markers.make('explained'))
    await sim('POST', 'explain', { ...message, toUserId: 'bob', content });
  for (const content of markers.make('by-sim'))
    await sim('POST', 'publish', { ...message, toUserId: 'bob', content });
  for (const content of markers.make('upstream'))
    await alice.publish({ toUserId: 'bob', objectName: 'app:mood', content });

  await sim('PUT', 'faults', { fault: 'drop-next', userId: 'bob', count: 2 });
  for (const content of markers.make('fault'))
    await post(publishPath, { ...message, toUserId: 'bob', content });
  await sim('PUT', 'faults', { fault: 'delay', userId: 'bob', delayMs: 600_000 });
  for (const content of markers.make('delayed'))
    await post(publishPath, { ...message, toUserId: 'bob', content });
  await sim('PUT', 'faults', { fault: 'freeze', userId: 'frozen' });
  for (const content of markers.make('frozen'))
    await post(publishPath, { ...message, toUserId: 'frozen', content });
  await sim('DELETE', 'faults');

  // Ids that are kept must not keep the request that they came in.
  const [groupBody, blacklistBody] = markers.make('beside-ids');
  const longId = (name: string) => `${name}-whose-name-is-long`;
  await post('/group/join.json', { groupId: longId('group'), userId: longId('member'), stray: groupBody! });
  await post('/user/blacklist/add.json', {
    userId: longId('owner'),
    blackUserId: longId('other'),
    stray: blacklistBody!,
  });
  await bob.subscribe([longId('watched')]);

  expect(await sim('POST', 'settle')).toBe(200);
}

it('B2.3 nothing that was delivered, dropped or refused can be reached any more', async ({
  watched,
  textsOf,
}) => {
  const simulator = await watched();
  const markers = new Markers();
  await sendEveryWay(simulator, markers);
  const texts = await textsOf(simulator);
  expect(markers.in(texts)).toEqual([]);
  // It looks where the server keeps what it may keep.
  expect(texts.some((text) => text.includes('watched-whose-name-is-long'))).toBe(true);
});

it('B2.3 a simulator that keeps what was published is found out', async ({ watched, textsOf }) => {
  // From source: what was bundled into one file cannot be changed from outside.
  const imports = ['tsx', './test/fixtures/retain-publishes.js'].flatMap((name) => ['--import', name]);
  const simulator = await watched(...imports, 'client-sim/cli/main.ts');
  const markers = new Markers();
  await sendEveryWay(simulator, markers);
  const texts = await textsOf(simulator);
  const kept = /(delivered|offline|echoed|blocked|by-sim|upstream|fault|delayed|frozen)$/;
  expect(markers.in(texts)).toEqual(markers.all.filter((marker) => kept.test(marker)));
});

const cannotTrace =
  spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0 && process.env.STATUS_SIM_REQUIRE_ALL !== '1';
if (cannotTrace) process.stderr.write('\nSKIPPED: strace cannot look for files that are written.\n\n');

it.skipIf(cannotTrace)('B2.3 no file is written, anywhere', async ({ serve, folder }) => {
  const log = join(folder, 'calls');
  const calls =
    'trace=open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat,symlink,symlinkat,truncate';
  const strace = ['strace', '--follow-forks', '-e', calls, '-o', log];
  const command = [...strace, process.execPath, main];
  const simulator = await serve([], { command });
  await sendEveryWay(simulator, new Markers());
  // Not to strace, which keeps signals to itself.
  const tracer = simulator.command.process.pid!;
  process.kill(Number(readFileSync(`/proc/${tracer}/task/${tracer}/children`, 'utf8')), 'SIGINT');
  await simulator.command.ended;
  const lines = readFileSync(log, 'utf8').split('\n');
  const opened = lines.filter((line) => /\bopen/.test(line));
  const changes = lines.filter((line) => !/\bopen/.test(line) && /\w+\("/.test(line));
  const written = opened.filter(
    (line) => /O_(WRONLY|RDWR|CREAT|TRUNC)/.test(line) && !/"\/dev\/(null|tty)"/.test(line),
  );
  expect(opened.length).toBeGreaterThan(20); // it has looked
  expect([...written, ...changes].filter((line) => !/= -1 E/.test(line))).toEqual([]);
});
