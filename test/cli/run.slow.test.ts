import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { app } from '../fixtures/simulator.ts';
import { appArguments, it as base } from './command.ts';

/** A program in JavaScript, as the command that is run. */
const program = (text: string) => ['--', process.execPath, '--input-type=module', '--eval', text];

const it = base.extend('runProgram', ({ runToEnd }) => {
  return (text: string, args: readonly string[] = [], env: Record<string, string> = {}) => {
    return runToEnd(['run', ...args, ...program(text)], { env });
  };
});

/** A program that calls the simulator and prints its answer. @param body sent as JSON by a POST */
function calling(path: string, body?: object): string {
  const post = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  return `
    const answer = await fetch(process.env.STATUS_SIM_URL + '${path}', ${JSON.stringify(body ? post : {})});
    console.log(await answer.text());`;
}

describe('the command', () => {
  it('B7 from source it runs where it was typed', async ({ runToEnd }) => {
    const root = join(import.meta.dirname, '../..');
    const typed = `cd / && npm --prefix '${root}' run --silent sim -- run -- pwd`;
    const { stdout, stderr } = await runToEnd([typed], { command: ['bash', '-c'] });
    expect(stdout, stderr).toBe('/\n');
  });

  it('B7 is told where the simulator answers', async ({ runProgram }) => {
    await expect(runProgram(calling('/healthz'))).resolves.toEqual({
      code: 0,
      stdout: '{"status":"ok"}\n',
      stderr: '',
    });
  });

  it('B7 is told where clients connect', async ({ runProgram }) => {
    const text =
      'const { STATUS_SIM_URL: url, STATUS_SIM_WS_URL: wsUrl } = process.env; console.log(url, wsUrl);';
    const { stdout } = await runProgram(text);
    const [url, wsUrl] = stdout.trim().split(' ');
    expect(wsUrl).toBe(`${url!.replace('http', 'ws')}/connect`);
  });

  it('B7 is told of this simulator, whatever was told before', async ({ runProgram }) => {
    const { stdout } = await runProgram(calling('/healthz'), [], { STATUS_SIM_URL: 'http://127.0.0.1:1' });
    expect(stdout).toBe('{"status":"ok"}\n');
  });

  it('B7 has all its arguments, also those that look like options', async ({ runToEnd }) => {
    const { stdout } = await runToEnd(['run', '--', 'printf', '%s,', '--port', '1', '--', '--help']);
    expect(stdout).toBe('--port,1,--,--help,');
  });

  it('B7 writes to the same stdout and stderr', async ({ runProgram }) => {
    const end = await runProgram("console.log('data'); console.error('talk');");
    expect(end).toEqual({ code: 0, stdout: 'data\n', stderr: 'talk\n' });
  });
});

describe('the simulator', () => {
  it('B7 takes the options of serve', async ({ runProgram }) => {
    const mood = { fromUserId: 'alice', toUserId: ['bob', 'carol'], objectName: 'app:mood', content: 'fine' };
    const { stdout } = await runProgram(calling('/sim/publish', mood), ['--recipients-per-minute', '1']);
    expect(JSON.parse(stdout)).toMatchObject({ code: 1008 });
  });

  it('B7 is gone when the command has ended', async ({ runProgram }) => {
    const { stdout } = await runProgram('console.log(process.env.STATUS_SIM_URL)');
    await expect(fetch(stdout.trim())).rejects.toThrow();
  });

  it('B7 is not kept by clients that are still there', async ({ runProgram }) => {
    await expect(runProgram(calling('/sim/clients', { userId: 'bob' }))).resolves.toMatchObject({ code: 0 });
  });

  it('B4.4 with --app the command gets a token that opens /sim', async ({ runProgram }) => {
    const text = `
      const { STATUS_SIM_URL: url, STATUS_SIM_ADMIN_TOKEN: token } = process.env;
      const { status } = await fetch(url + '/sim/presence', { headers: { Authorization: 'Bearer ' + token } });
      console.log(status);`;
    const { stdout } = await runProgram(text, ['--app', `${app.key}:${app.secret}`]);
    expect(stdout).toBe('200\n');
  });

  it('B4.4 with --admin-token the command gets that one', async ({ runProgram }) => {
    const { stdout } = await runProgram('console.log(process.env.STATUS_SIM_ADMIN_TOKEN)', appArguments);
    expect(stdout).toBe('letmein\n');
  });

  it('B4.3 without an app the command gets no token', async ({ runProgram }) => {
    const { stdout } = await runProgram("console.log('STATUS_SIM_ADMIN_TOKEN' in process.env)");
    expect(stdout).toBe('false\n');
  });
});

describe('the end', () => {
  it('B7 the exit code is that of the command', async ({ runProgram }) => {
    await expect(runProgram('process.exit(42)')).resolves.toMatchObject({ code: 42 });
  });

  it.for(['SIGKILL', 'SIGABRT', 'SIGTERM'] as const)(
    'B7 a command that dies of %s gives 128 and its number',
    async (signal, { runToEnd }) => {
      const end = await runToEnd(['run', '--', 'sh', '-c', `kill -${signal.slice(3)} $$`]);
      expect(end).toEqual({ code: 128 + constants.signals[signal], stdout: '', stderr: '' });
    },
  );

  it.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'B7 %s is passed on to the command, which ends in its own way',
    async (signal, { run }) => {
      const text = `
        import { createServer } from 'node:net';
        process.on('${signal}', () => process.exit(3));
        createServer().listen(0, '127.0.0.1', () => console.log('ready'));`;
      const command = run(['run', ...program(text)]);
      await command.stdout.next();
      command.kill(signal);
      await expect(command.ended).resolves.toBe(3);
    },
  );

  it('B7 SIGTERM ends a command that does not mind it', async ({ run }) => {
    const command = run(['run', '--', 'sh', '-c', 'echo ready; exec tail -f /dev/null']);
    await command.stdout.next();
    command.kill();
    await expect(command.ended).resolves.toBe(128 + constants.signals.SIGTERM);
  });

  it('B7 a command that does not exist gives 127 and a sentence', async ({ runToEnd }) => {
    await expect(runToEnd(['run', '--', 'no-such-command', '--flag'])).resolves.toEqual({
      code: 127,
      stdout: '',
      stderr: 'error: Command not found: "no-such-command".\n',
    });
  });

  it('B7 an empty command gives 127 and a sentence', async ({ runToEnd }) => {
    await expect(runToEnd(['run', '--', ''])).resolves.toEqual({
      code: 127,
      stdout: '',
      stderr: 'error: Command not found: "".\n',
    });
  });

  it('B7 a command under a file gives 126 and a sentence', async ({ runToEnd }) => {
    const { code, stderr } = await runToEnd(['run', '--', './package.json/command']);
    expect({ code, stderr }).toEqual({
      code: 126,
      stderr: expect.stringMatching(/^error: Cannot run ".*": .*ENOTDIR.*\n$/),
    });
  });

  it('B7 a command that may not be run gives 126 and a sentence', async ({ runToEnd }) => {
    const { code, stderr } = await runToEnd(['run', '--', 'test/cli']);
    expect({ code, stderr }).toEqual({
      code: 126,
      stderr: expect.stringMatching(/^error: Cannot run "test\/cli": .*EACCES.*\n$/),
    });
  });
});
