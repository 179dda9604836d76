import { describe, expect } from 'vitest';
import { freePort } from '../bench/free-port.ts';
import { app, signedHeaders } from '../fixtures/simulator.ts';
import { it as base } from './command.ts';
import { escapedHostileId, hostileId } from './hostile-id.ts';

const it = base
  /** The command with these users online, and how it goes on. */
  .extend('online', ({ run, simulator }) => async (...args: string[]) => {
    const command = run(['connect', '--url', simulator.url, ...args]);
    await (args.includes('--json') ? command.stdout : command.stderr).next();
    return command;
  })
  .extend(
    'publishMood',
    ({ simulator }) =>
      (fields: { toUserId?: string; content?: string; isIncludeSender?: boolean } = {}) => {
        return simulator.publish({
          fromUserId: 'alice',
          toUserId: 'bob',
          objectName: 'app:mood',
          content: 'fine',
          ...fields,
        });
      },
  );

it('the users are online once it says so', async ({ online, simulator }) => {
  const command = await online('--user', 'alice', '--user', 'bob');
  expect(['alice', 'bob'].map((userId) => simulator.presence(userId).online)).toEqual([true, true]);
  expect(command.stderr.text).toBe(`Online at ${simulator.url}: alice, bob. Press Ctrl-C to stop.\n`);
});

it('--platform says what they log in from', async ({ online, simulator }) => {
  await online('--user', 'bob', '--platform', 'ios');
  expect(simulator.presence('bob').sessions).toMatchObject([{ platform: 'ios' }]);
});

it('--app-key chooses the app', async ({ online, simulator }) => {
  await online('--user', 'bob', '--app-key', 'other');
  expect(simulator.presence('bob', { appKey: 'other' }).online).toBe(true);
});

it('a status message is a line: time, user, sender, type, content', async ({ online, publishMood }) => {
  const command = await online('--user', 'bob', '--user', 'alice');
  publishMood();
  const line = await command.stdout.next();
  expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}bob {4}from alice {2}app:mood {2}fine$/);
});

it('an echo is a line that says to whom the message went', async ({ online, publishMood }) => {
  const command = await online('--user', 'alice');
  publishMood({ isIncludeSender: true });
  await expect(command.stdout.next()).resolves.toMatch(/ {2}alice {2}echo to bob {2}app:mood {2}fine$/);
});

it('B7 what others send cannot break a line or steer the terminal', async ({ online, publishMood }) => {
  const command = await online('--user', 'bob');
  publishMood({ content: hostileId });
  await expect(command.stdout.next()).resolves.toContain(`  app:mood  ${escapedHostileId}`);
});

describe('typing', () => {
  const typing = {
    fromUserId: 'alice',
    toUserId: 'bob',
    objectName: 'RC:TypSts',
    content: '{"typingContentType":"RC:TxtMsg"}',
  };

  it('is shown, and its end', async ({ online, simulator, publishMood }) => {
    const command = await online('--user', 'bob');
    simulator.publish(typing);
    await expect(command.stdout.next()).resolves.toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}bob {2}alice is typing…$/,
    );
    publishMood();
    await expect(command.stdout.next()).resolves.toMatch(/ {2}bob {2}alice stopped typing$/);
  });

  it('keeps no command from ending', async ({ online, simulator }) => {
    const command = await online('--user', 'bob');
    simulator.publish(typing);
    await command.stdout.next();
    command.kill();
    await expect(command.ended).resolves.toBe(0);
  });

  it('is a frame like any other with --json', async ({ online, simulator }) => {
    const command = await online('--user', 'bob', '--json');
    simulator.publish(typing);
    await expect(command.stdout.nextJson()).resolves.toMatchObject({ frame: { objectName: 'RC:TypSts' } });
  });
});

describe('--watch', () => {
  it('shows who is online, and then who comes and goes', async ({ online, connect }) => {
    const carol = await connect('carol');
    const command = await online('--user', 'bob', '--watch', 'carol', '--watch', 'dave');
    const lines = [await command.stdout.next(), await command.stdout.next()];
    await carol.close();
    lines.push(await command.stdout.next());
    expect(lines.map((line) => line.split('  ').at(-1))).toEqual([
      'carol is online',
      'dave is offline',
      'carol is offline',
    ]);
  });

  it('prints the frames with --json', async ({ online }) => {
    const command = await online('--user', 'bob', '--watch', 'carol', '--json');
    await expect(command.stdout.nextJson()).resolves.toMatchObject({
      userId: 'bob',
      frame: { type: 'presence', userId: 'carol', online: false },
    });
  });

  it('B7 exits with 1 when it is refused', async ({ simulator, runToEnd }) => {
    const watching = ['--user', 'bob', '--watch', 'x'.repeat(65)];
    const { code, stderr } = await runToEnd(['connect', '--url', simulator.url, ...watching]);
    expect(code).toBe(1);
    expect(stderr).toContain('\nerror: The subscribe was refused with 1005: ');
  });
});

describe('--to', () => {
  it('sends each line as a text message, and ends with the input', async ({
    connect,
    simulator,
    runToEnd,
  }) => {
    const bob = await connect('bob');
    const { code, stdout, stderr } = await runToEnd(
      ['connect', '--url', simulator.url, '--user', 'alice', '--to', 'bob'],
      { input: 'hello\n\nand good night\n' },
    );
    await bob.settle();
    expect(bob.received.map(({ objectName, content }) => `${objectName} ${content}`)).toEqual([
      'RC:TxtMsg {"content":"hello"}',
      'RC:TxtMsg {"content":"and good night"}',
    ]);
    const said = `Online at ${simulator.url}: alice. Lines you type go to bob. Press Ctrl-D to stop.\n`;
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: said });
  });
});

describe('with --json', () => {
  it('the first line names the sessions', async ({ run, simulator }) => {
    const { stdout } = run(['connect', '--url', simulator.url, '--user', 'bob', '--json']);
    const ready = await stdout.nextJson();
    const [session] = simulator.presence('bob').sessions;
    expect(ready).toEqual({ ready: true, users: [{ userId: 'bob', sessionId: session!.sessionId }] });
  });

  it('each frame is a line, with the user it reached', async ({ online, publishMood }) => {
    const command = await online('--user', 'bob', '--json');
    const { messageUIDs } = publishMood();
    await expect(command.stdout.nextJson()).resolves.toEqual({
      userId: 'bob',
      frame: {
        type: 'status',
        messageUID: messageUIDs[0]!.messageUID,
        channelType: 'PERSON',
        fromUserId: 'alice',
        objectName: 'app:mood',
        content: 'fine',
        sentTime: expect.any(Number),
      },
    });
  });
});

describe('the end', () => {
  it('B7 at SIGINT the users go offline and it exits with 0', async ({ online, simulator }) => {
    const command = await online('--user', 'bob');
    command.kill('SIGINT');
    await expect(command.ended).resolves.toBe(0);
    expect(simulator.presence('bob').online).toBe(false);
  });

  it('B7 it stays through a restart of the simulator, and says so', async ({ serve, run }) => {
    const port = ['--port', String(await freePort())];
    const first = await serve(port);
    const command = run(['connect', '--url', first.url, '--user', 'bob', '--watch', 'carol']);
    await command.stderr.next();
    await command.stdout.next(); // carol is offline
    first.command.kill();
    await first.command.ended;
    await serve(port);
    await expect(command.stdout.next()).resolves.toContain('carol is offline'); // asked for again
    for (let lines = 2; lines <= 3; lines++) await command.stderr.next(); // which has a pipe of its own
    expect(command.stderr.text).toBe(`\
Online at ${first.url}: bob. Press Ctrl-C to stop.
The session of bob was closed with 1001: The simulator is shutting down. Reconnecting …
bob is online at ${first.url} again.
`);
  });

  it('B7 it exits with 1 when another login takes its place', async ({ online, connect }) => {
    const command = await online('--user', 'bob', '--platform', 'ios');
    await connect({ userId: 'bob', platform: 'ios' });
    await expect(command.ended).resolves.toBe(1);
    expect(command.stderr.text).toContain('error: The session of bob was closed with 4010: ');
  });

  it('B7 a name without --user is a mistake of usage that says what to write', async ({ runToEnd }) => {
    await expect(runToEnd(['connect', 'bob'])).resolves.toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: Use --user bob.\nUsage: npx status-sim connect --help\n',
    });
  });

  it('B7 it exits with 1 when the login is refused', async ({ runToEnd, simulator }) => {
    const end = await runToEnd(['connect', '--url', simulator.url, '--token', 'nonsense']);
    expect(end).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: Refused with 4001: The token is not valid for this app.\n',
    });
  });
});

describe('with an app', () => {
  it.override('options', { apps: [app] });

  it('B4.2 --token brings its user online', async ({ postForm, online, simulator }) => {
    const { body } = await postForm(
      '/user/getToken.json',
      { userId: 'bob', name: 'A name' },
      signedHeaders(app),
    );
    await online('--app-key', app.key, '--token', body.token);
    expect(simulator.presence('bob').online).toBe(true);
  });
});
