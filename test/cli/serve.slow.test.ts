import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { describe, expect } from 'vitest';
import { WebSocket } from 'ws';
import { commandSettings, variableOf } from '../../client-sim/cli/simulator-options.ts';
import { connectClient, type StatusPublish, StatusPublisher } from '../../client-sim/index.ts';
import { app } from '../fixtures/simulator.ts';
import { appArguments, it as base, main, residentBytes } from './command.ts';
import { escapedHostileId, hostileId } from './hostile-id.ts';

const it = base;

/** A publish from alice to bob, unless the fields say otherwise. */
function publish(url: string, fields: Partial<StatusPublish> = {}) {
  const message = {
    fromUserId: 'alice',
    toUserId: 'bob',
    objectName: 'app:mood',
    content: 'hush',
    ...fields,
  };
  return new StatusPublisher({ url }).publish(message);
}

/** The line without its time. */
const untimed = (line: string) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} {2}/, '');

async function portInUse() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return { listener, port: (listener.address() as AddressInfo).port };
}

describe('with --json', () => {
  it('B7 the first line says where it answers, and nothing else', async ({ run }) => {
    const line = await run(['serve', '--port', '0', '--json']).stdout.next();
    const { port } = new URL(JSON.parse(line).url);
    expect(line).toBe(
      `{"ready":true,"url":"http://127.0.0.1:${port}","wsUrl":"ws://127.0.0.1:${port}/connect"}`,
    );
  });

  it('B7 a session that opens is a line', async ({ serve }) => {
    const { command, wsUrl } = await serve();
    await connectClient(wsUrl, { userId: 'bob', platform: 'ios' });
    await expect(command.stdout.nextJson()).resolves.toMatchObject({
      event: 'session',
      userId: 'bob',
      platform: 'ios',
      state: 'opened',
    });
  });

  it('B12.2 a call that is accepted and not simulated is a line', async ({ serve }) => {
    const { command, url } = await serve(['--accept-unsimulated']);
    await fetch(`${url}/group/ban/add.json`, {
      method: 'POST',
      body: new URLSearchParams({ groupId: 'team' }),
    });
    await expect(command.stdout.nextJson()).resolves.toMatchObject({
      event: 'accepted',
      path: '/group/ban/add.json',
      note: 'accepted, not simulated',
    });
  });

  it('B7 a publish is a line', async ({ serve }) => {
    const { command, url } = await serve();
    await publish(url);
    await expect(command.stdout.nextJson()).resolves.toMatchObject({
      event: 'publish',
      via: 'rongcloud',
      report: { recipients: [{ userId: 'bob', outcome: 'dropped', reason: 'offline' }] },
    });
  });

  it('B7 a refused request is a line', async ({ serve }) => {
    const { command, url } = await serve();
    await fetch(`${url}/nowhere`);
    await expect(command.stdout.nextJson()).resolves.toMatchObject({ event: 'refused', code: 404 });
  });

  it('B7 there is nothing but lines of JSON on stdout, and nothing on stderr', async ({ serve }) => {
    const { command, url, wsUrl } = await serve();
    await connectClient(wsUrl, { userId: 'bob' });
    await publish(url);
    command.kill();
    await command.ended;
    const lines = command.stdout.text.trimEnd().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual([
      'ready',
      'event',
      'event',
      'event',
    ]);
    expect(command.stderr.text).toBe('');
  });

  it('an id cannot break a line, not even for readers that know other line ends than JSON', async ({
    serve,
  }) => {
    const { command, url } = await serve();
    await publish(url, { toUserId: hostileId });
    const line = await command.stdout.next();
    expect(line).toContain(`"${escapedHostileId}"`);
    expect(JSON.parse(line).report.recipients[0].userId).toBe(hostileId);
  });
});

describe('for a person', () => {
  /** A simulator as a person starts it, which says where it answers. */
  const it = base.extend('person', async ({ run }) => {
    const command = run(['serve', '--port', '0'], { env: { CI: '1', FORCE_COLOR: '1', NO_COLOR: '' } });
    let line = '';
    while (!line.includes('ws://')) line = await command.stderr.next();
    const wsUrl = line.slice(line.indexOf('ws://'));
    return { command, wsUrl, url: wsUrl.replace('ws', 'http').replace('/connect', '') };
  });

  it('the banner says how to bring a user online', async ({ person }) => {
    expect(person.command.stderr.text).toContain(`npx status-sim connect --url ${person.url} --user bob\n`);
  });

  it('each recipient is a line, and so is the echo', async ({ person }) => {
    const { command, url, wsUrl } = person;
    await connectClient(wsUrl, { userId: 'bob' });
    await publish(url, { toUserId: ['bob', 'carol'], isIncludeSender: true });
    const lines = [];
    while (lines.length < 4) lines.push(untimed(await command.stdout.next()));
    expect(lines).toEqual([
      'session opened              bob',
      'delivered to 1 session      alice → bob    app:mood',
      'dropped: offline            alice → carol  app:mood',
      'no echo: sender-offline     alice          app:mood',
    ]);
  });

  it('B7 an id cannot break a line or steer the terminal', async ({ person }) => {
    await publish(person.url, { fromUserId: hostileId });
    await expect(person.command.stdout.next()).resolves.toContain(` ${escapedHostileId} → bob `);
  });

  it('B2.3 the content is not shown', async ({ person }) => {
    await publish(person.url);
    await person.command.stdout.next();
    expect(person.command.stdout.text).not.toContain('hush');
  });

  it('there are no colours in a pipe, even if CI asks for them', async ({ person }) => {
    await publish(person.url);
    await person.command.stdout.next();
    expect(person.command.stdout.text + person.command.stderr.text).not.toContain('\u001b');
  });
});

describe('settings', () => {
  it('B4.2 --app configures an app: a client needs a token', async ({ serve }) => {
    const { wsUrl } = await serve(appArguments);
    await expect(connectClient(wsUrl, { userId: 'bob', appKey: app.key })).rejects.toMatchObject({
      reason: 'The parameter token is required: get one from /user/getToken.json.',
    });
  });

  it('B4.2 STATUS_SIM_APPS configures several apps', async ({ serve }) => {
    const { url } = await serve([], { env: { STATUS_SIM_APPS: 'one:s1,two:s2' } });
    const publisher = new StatusPublisher({ url, appKey: 'two', appSecret: 's2' });
    const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };
    await expect(publisher.publish(message)).resolves.toMatchObject({ messageUIDs: [{ userId: 'bob' }] });
  });

  it('an empty variable is the same as none', async ({ serve }) => {
    const names = [...commandSettings.map(([name]) => variableOf(name)), 'STATUS_SIM_URL'];
    const { url } = await serve([], { env: Object.fromEntries(names.map((name) => [name, ''])) });
    await expect(publish(url)).resolves.toBeDefined();
  });

  it('a variable is taken where there is no option', async ({ serve }) => {
    const env = { STATUS_SIM_RECIPIENTS_PER_MINUTE: '1' };
    const [byVariable, byOption] = [
      await serve([], { env }),
      await serve(['--recipients-per-minute', '2'], { env }),
    ];
    const toUserId = ['bob', 'carol'];
    await expect(publish(byVariable.url, { toUserId })).rejects.toMatchObject({ code: 1008 });
    await expect(publish(byOption.url, { toUserId })).resolves.toBeDefined();
  });

  it('B3.11 --recipients-per-minute sets the limit', async ({ serve }) => {
    const { url } = await serve(['--recipients-per-minute', '1']);
    await expect(publish(url, { toUserId: ['bob', 'carol'] })).rejects.toMatchObject({ code: 1008 });
  });

  it('B3.11 --recipients-per-minute unlimited lifts it', async ({ serve }) => {
    const { url } = await serve(['--recipients-per-minute', 'unlimited']);
    const toUserId = Array.from({ length: 1000 }, (_, index) => `user ${index}`);
    for (let round = 0; round < 6; round++) await publish(url, { toUserId });
    await expect(publish(url, { toUserId })).resolves.toBeDefined();
  });

  it('B5.7 --heartbeat-interval is in seconds', async ({ serve }) => {
    const { wsUrl } = await serve(['--heartbeat-interval', '0.01']);
    const client = new WebSocket(`${wsUrl}?userId=bob`);
    await once(client, 'ping');
  });

  it('B3.6 --accept-any-content accepts a built-in type with any content', async ({ serve }) => {
    const { url } = await serve(['--accept-any-content']);
    await expect(publish(url, { objectName: 'RC:TxtMsg' })).resolves.toBeDefined();
  });
});

describe('the end', () => {
  it('B5.4 at SIGTERM 100 clients get 1001, and it exits with 0', async ({ serve }) => {
    const { command, wsUrl } = await serve();
    const userIds = Array.from({ length: 100 }, (_, index) => `user ${index}`);
    const clients = await Promise.all(userIds.map((userId) => connectClient(wsUrl, { userId })));
    command.kill();
    const closings = await Promise.all(clients.map(({ closed }) => closed));
    await expect(command.ended).resolves.toBe(0);
    expect(new Set(closings.map(({ code }) => code))).toEqual(new Set([1001]));
  });

  it('B7 a second SIGINT, which npm adds to that of Ctrl-C, does not cut it short', async ({ serve }) => {
    const { command, wsUrl } = await serve();
    const client = new WebSocket(`${wsUrl}?userId=bob`);
    await Promise.all([once(client, 'open'), command.stdout.next()]);
    client.pause(); // the simulator waits for the answer to its close
    command.kill('SIGINT');
    await command.stdout.next();
    command.kill('SIGINT');
    client.resume();
    const [code] = await once(client, 'close');
    expect(code).toBe(1001);
    await expect(command.ended).resolves.toBe(0);
  });

  it('B7 it ends with npm when npm gets SIGTERM', async ({ serve }) => {
    const { command, wsUrl } = await serve([], { command: ['npm', 'run', '--silent', 'sim', '--'] });
    const client = await connectClient(wsUrl, { userId: 'bob' });
    command.kill();
    await expect(client.closed).resolves.toMatchObject({ code: 1001 });
    await expect(command.ended).resolves.toBe(0);
  });

  it('B7 a port in use is a sentence and exit code 1', async ({ runToEnd }) => {
    const { listener, port } = await portInUse();
    const end = await runToEnd(['serve', '--port', String(port)]);
    listener.close();
    expect(end).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: Port ${port} of 127.0.0.1 is in use. Choose another with --port, or 0 for any free one.\n`,
    });
  });
});

describe('with a reader', () => {
  const toThousand = Array.from({ length: 1000 }, (_, index) => `${index} `.padEnd(64, 'x'));
  /** Publishes whose events are of 150 KB each. */
  const publishOften = async (url: string, times: number) => {
    for (let done = 0; done < times; done++) await publish(url, { toUserId: toThousand });
  };
  const unlimited = ['--recipients-per-minute', 'unlimited'];

  it('B7 who stops reading loses events, is told how many, and holds back neither memory nor exit', async ({
    serve,
  }) => {
    const { command, url } = await serve(unlimited);
    const { stdout, pid } = command.process;
    await publishOften(url, 50);
    const before = residentBytes(pid!);
    stdout!.pause();
    await publishOften(url, 300);
    expect(residentBytes(pid!) - before).toBeLessThan(32 * 2 ** 20);
    stdout!.resume();
    let shown = 0;
    let line = await command.stdout.nextJson();
    for (; line.dropped === undefined; line = await command.stdout.nextJson()) shown++;
    expect(shown + line.dropped).toBe(350);
    stdout!.pause();
    await publishOften(url, 20);
    command.kill('SIGTERM');
    await expect(once(command.process, 'exit')).resolves.toEqual([0, null]);
  });

  it('B7 who closes the output does not end the simulator, which says so once', async ({ serve }) => {
    const { command, url } = await serve(unlimited);
    command.stdout.close();
    await publishOften(url, 3);
    await expect(command.stderr.next()).resolves.toBe(
      'Nothing can be shown any more (EPIPE). The simulator goes on.',
    );
    await publishOften(url, 3);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    command.kill('SIGTERM');
    await expect(once(command.process, 'exit')).resolves.toEqual([0, null]);
    expect(command.stderr.text.match(/Nothing can be shown/g)).toHaveLength(1);
  });

  it('B4.6 with too few file descriptors, some connections are closed at once, and the others are served', async ({
    run,
  }) => {
    const command = run(
      ['-c', `ulimit -n 200; exec "$@"`, 'sh', process.execPath, main, 'serve', '--port', '0', '--json'],
      {
        command: ['sh'],
      },
    );
    const { url } = await command.stdout.nextJson();
    const { port } = new URL(url);
    const ends = await Promise.all(
      Array.from({ length: 400 }, async () => {
        const socket = connectSocket(Number(port), '127.0.0.1');
        socket.on('error', () => {});
        socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
        return Promise.race([
          once(socket, 'data').then(
            () => 'served',
            () => 'closed',
          ),
          once(socket, 'close').then(() => 'closed'),
        ]).then((end) => ({ end, socket }));
      }),
    );
    const served = ends.filter(({ end }) => end === 'served').length;
    expect(served).toBeGreaterThan(100);
    expect(served).toBeLessThan(200);
    for (const { socket } of ends) socket.destroy();
    for (;;) if ((await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200) break;
  });
});
