import { expect } from 'vitest';
import { version } from '../../server/version.ts';
import { it } from './command.ts';

it('B7 --version prints the version', async ({ runToEnd }) => {
  await expect(runToEnd(['--version'])).resolves.toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

it.for([
  '--help',
  'serve --help',
  'connect --help',
  'publish --help',
  'trace --help',
  'replay --help',
  'swarm --help',
  'run --help',
  'who --help',
  'token --help',
  'wait --help',
  'init --help',
])('B7 help goes to stdout and ends with examples: %s', async (line, { runToEnd }) => {
  const { code, stdout } = await runToEnd(line.split(' '));
  const name = line.replace(/ ?--help/, '');
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`\nExamples:\n(  status-sim ${name}.*\n)+$`));
});

it('B7 serve --help fits on a screen; --help-all has the rest', async ({ runToEnd }) => {
  const env = { COLUMNS: '80' };
  const [short, long] = await Promise.all([
    runToEnd(['serve', '--help'], { env }),
    runToEnd(['serve', '--help-all'], { env }),
  ]);
  expect(short.stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
  expect(short.stdout).not.toContain('--heartbeat-interval');
  expect(long).toMatchObject({ code: 0, stdout: expect.stringContaining('--heartbeat-interval') });
});

it('B7 no command at all is a usage error', async ({ runToEnd }) => {
  await expect(runToEnd([])).resolves.toMatchObject({ code: 2, stdout: '' });
});

const usageErrors: { line: string; env?: Record<string, string>; sentence: RegExp }[] = [
  { line: 'frobnicate', sentence: /unknown command 'frobnicate'/ },
  { line: 'serve --prot 1', sentence: /unknown option '--prot'\n\(Did you mean --port\?\)/ },
  { line: 'serve --port 65536', sentence: /--port .* a whole number from 0 to 65535\./ },
  { line: 'serve --slow-drops 0', sentence: /--slow-drops .* at least 1, or "unlimited"\./ },
  { line: 'serve --heartbeat-interval 0', sentence: /--heartbeat-interval .* from 0\.001 to 2147483\.646\./ },
  {
    line: 'serve --heartbeat-interval 60',
    sentence: /--heartbeat-timeout must be longer than --heartbeat-interval: 60000 ms, not 30000 ms\./,
  },
  { line: 'serve --cluster-deadline 61', sentence: /--cluster-deadline .* from 0\.05 to 60\./ },
  { line: 'serve --admin-token clé', sentence: /--admin-token must be a text of visible ASCII characters\./ },
  {
    line: 'serve --webhook http://a.test/ --webhook http://b.test/',
    sentence: /--webhook has two addresses for all apps\./,
  },
  {
    line: 'serve --webhook k=http://a.test/ --webhook k=http://b.test/',
    sentence: /--webhook has two addresses for k\./,
  },
  { line: 'serve --app a:first --app a:second', sentence: /--app has the key a twice\./ },
  { line: `serve --app ${'k'.repeat(65)}:secret`, sentence: /--app must .* a key of 1 to 64 visible/ },
  { line: 'serve --app ', sentence: /--app must be KEY:SECRET/ },
  {
    line: 'serve',
    env: { STATUS_SIM_SLOW_DROPS: 'few' },
    sentence: /STATUS_SIM_SLOW_DROPS must be a whole number of at least 1, or "unlimited"\./,
  },
  {
    line: 'serve',
    env: { STATUS_SIM_IMLIB: 'no' },
    sentence: /STATUS_SIM_IMLIB must be true or false\./,
  },
  { line: 'serve --host 0.0.0.0', sentence: /loopback only, not on 0\.0\.0\.0\..* --app/ },
  { line: 'connect', sentence: /No user: add --user <userId>, or --token/ },
  { line: 'connect --user bob --token t', sentence: /'--token <token>' cannot be used with/ },
  {
    line: 'connect --user bob --user carol --to dave',
    sentence: /--to needs a single sender: give --user only once\./,
  },
  { line: 'connect --user bob --platform fax', sentence: /--platform .* choices are ios, android/ },
  { line: 'publish --from alice', sentence: /No recipient: add --to <userId> or --to-group <groupId>\./ },
  {
    line: 'publish --from a --to b --text t --content c',
    sentence: /'--content <content>' cannot be used with/,
  },
  { line: 'run --port 0', sentence: /missing required argument 'COMMAND'/ },
  { line: 'run --host 0.0.0.0 -- true', sentence: /loopback only, not on 0\.0\.0\.0\..* --app/ },
  { line: 'swarm --clients 0', sentence: /--clients .* a whole number from 1 to 10000\./ },
  { line: 'swarm --publish 0', sentence: /--publish .* a number from 0\.1 to 10000, like 5 or 5\/s\./ },
  { line: 'swarm --churn 101%', sentence: /--churn .* a number from 0 to 100, like 5 or 5%\/s\./ },
  { line: 'swarm --recipients 101', sentence: /--recipients must be at most --clients: 100, not 101\./ },
  { line: 'swarm --duration 20', sentence: /--duration .* like 500ms, 20s, 5m or 1h\./ },
  { line: 'trace', env: { STATUS_SIM_URL: 'nowhere' }, sentence: /STATUS_SIM_URL.* like http:\/\/127/ },
];

it.for(usageErrors)('B7 a usage error says so and exits with 2: $line', async (row, { runToEnd }) => {
  const { code, stdout, stderr } = await runToEnd(row.line.split(' '), { env: row.env ?? {} });
  expect(stderr).toMatch(row.sentence);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

it('a webhook with a password is refused, and the password is not repeated', async ({ runToEnd }) => {
  const { code, stderr } = await runToEnd(['serve', '--webhook', 'http://user:hush@127.0.0.1/']);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'error: --webhook must be an address like http://127.0.0.1:8080/status, without a user or a password; or KEY=ADDRESS.\nUsage: npx status-sim serve --help\n',
  });
});

it('a malformed app is not repeated, for it may hold a secret', async ({ runToEnd }) => {
  const { code, stderr } = await runToEnd(['serve'], { env: { STATUS_SIM_APPS: 'good:one,hush' } });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'error: STATUS_SIM_APPS must be KEY:SECRET, with a key of 1 to 64 visible ASCII characters; commas separate several.\nUsage: npx status-sim serve --help\n',
  });
});

it('B7 an empty variable is the same as none in every command', async ({ simulator, runToEnd }) => {
  const args = ['publish', '--url', simulator.url, '--from', 'alice', '--to', 'bob'];
  const env = { STATUS_SIM_URL: '', STATUS_SIM_ADMIN_TOKEN: '' };
  await expect(runToEnd(args, { env })).resolves.toMatchObject({ code: 0, stderr: '' });
});

it.for([['connect', '--user', 'bob'], ['publish', '--from', 'alice', '--to', 'bob'], ['trace']])(
  'B7 %s says when no simulator answers, and exits with 1',
  async (args, { simulator, runToEnd }) => {
    const { url } = simulator;
    await simulator.close();
    await expect(runToEnd([...args, '--url', url])).resolves.toEqual({
      code: 1,
      stdout: '',
      stderr: `error: No simulator answers at ${url}. Start one with: npx status-sim serve\n`,
    });
  },
);

it('B7 from source, it names itself as it is called there', async ({ simulator, runToEnd }) => {
  await simulator.close();
  const command = [process.execPath, '--import', 'tsx', 'client-sim/cli/main.ts'];
  const { stderr } = await runToEnd(['trace', '--url', simulator.url], { command });
  expect(stderr).toContain('Start one with: npm run --silent sim -- serve\n');
});
