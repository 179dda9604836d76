import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it as base } from './command.ts';

/** A folder with a file of settings, if there are any. */
const it = base.extend(
  'folder',
  ({ onTestFinished }) =>
    (config?: object | string, name = 'status-sim.json') => {
      const folder = mkdtempSync(join(tmpdir(), 'status-sim-config-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      if (config !== undefined) {
        writeFileSync(join(folder, name), typeof config === 'string' ? config : JSON.stringify(config));
      }
      return folder;
    },
);

const sayWho = 'fetch(process.env.STATUS_SIM_URL + "/sim/presence").then((a) => a.text()).then(console.log)';
const initialState = [{ online: [{ userId: 'bob', platform: 'ios' }] }];
const found = 'Settings from status-sim.json, found in this folder (--no-config ignores it).\n';

it('B7.1 the banner says what was found, and who is online, but no secret', async ({ run, folder }) => {
  const cwd = folder({
    port: 0,
    initialState,
    apps: [{ key: 'mykey', secret: 'hush' }],
    adminToken: 'hush2',
  });
  const { stderr } = run(['serve'], { cwd });
  let line = '';
  while (!line.includes('Live trace')) line = await stderr.next();
  expect(stderr.text).toContain(found);
  expect(stderr.text).toMatch(/^ {2}online {6}bob@ios$/m);
  expect(stderr.text).not.toContain('hush');
});

it('B7.1 an option wins over a variable, and a variable over the file', async ({ serve, folder }) => {
  const cwd = folder({ recipientsPerMinute: 1, groupsPerSecond: 1, broadcastsPerMinute: 1, initialState });
  const env = { STATUS_SIM_GROUPS_PER_SECOND: '2', STATUS_SIM_BROADCASTS_PER_MINUTE: '2' };
  const { url } = await serve(['--broadcasts-per-minute', '3'], { cwd, env });
  const taken = async (path: string, fields: string) => {
    for (let count = 0; ; count++) {
      const body = `fromUserId=alice&objectName=my:note&content=hi${fields}`;
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const answer = await fetch(url + path, { method: 'POST', body, headers });
      if (answer.status === 429 || count === 10) return count;
    }
  };
  await fetch(`${url}/sim/clock`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"action":"freeze"}',
  });
  expect([
    await taken('/statusmessage/private/publish.json', '&toUserId=bob'),
    await taken('/statusmessage/group/publish.json', '&toGroupId=team'),
    await taken('/message/online/broadcast.json', ''),
  ]).toEqual([1, 2, 3]);
});

it('B7.1 run uses the file, but for its port', async ({ runToEnd, folder }) => {
  const cwd = folder({ port: 1, initialState });
  const { code, stdout, stderr } = await runToEnd(['run', '--', process.execPath, '-e', sayWho], { cwd });
  expect([code, JSON.parse(stdout).users, stderr]).toEqual([0, [{ userId: 'bob', sessions: 1 }], found]);
});

it('B7.1 --config names another file', async ({ runToEnd, folder }) => {
  const cwd = folder({ initialState }, 'mine.json');
  const args = ['run', '--config', 'mine.json', '--', process.execPath, '-e', sayWho];
  const { stdout, stderr } = await runToEnd(args, { cwd });
  expect([JSON.parse(stdout).online, stderr]).toEqual([1, 'Settings from mine.json.\n']);
});

it('B7.1 a file that is not there, or that is wrong, is a usage error', async ({ runToEnd, folder }) => {
  const [none, wrong] = await Promise.all([
    runToEnd(['serve', '--config', 'mine.json'], { cwd: folder() }),
    runToEnd(['serve'], { cwd: folder({ prot: 1 }) }),
  ]);
  const usage = '\nUsage: npx status-sim serve --help\n';
  expect(none).toMatchObject({ code: 2, stderr: `error: There is no file mine.json.${usage}` });
  const sentence = 'error: status-sim.json: no such key "prot"; did you mean "port"?';
  expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: sentence + usage });
});

it('B7.1 more users than may be are a sentence', async ({ runToEnd, folder }) => {
  const cwd = folder({ port: 0, hostedClients: 1 });
  const { code, stderr } = await runToEnd(['serve', '--user', 'bob', '--user', 'carol'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain('error: The initial state is refused: The app has 1 simulated clients already');
});

it('B7.1 init writes a file with the schema that the package has, and overwrites none', async ({
  runToEnd,
  folder,
}) => {
  const cwd = folder();
  const first = await runToEnd(['init'], { cwd });
  const written = readFileSync(join(cwd, 'status-sim.json'), 'utf8');
  const second = await runToEnd(['init'], { cwd });
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('Wrote status-sim.json.') });
  expect(JSON.parse(written)).toMatchObject({ port: 4747 });
  expect(second).toMatchObject({
    code: 1,
    stderr: 'error: There is a status-sim.json here already. It stays as it is.\n',
  });
  expect(readFileSync(join(cwd, 'status-sim.json'), 'utf8')).toBe(written);
});
