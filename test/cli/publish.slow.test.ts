import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect } from 'vitest';
import { app } from '../fixtures/simulator.ts';
import { it as base } from './command.ts';
import { escapedHostileId, hostileId } from './hostile-id.ts';

const it = base.extend('runPublish', ({ runToEnd, simulator }) => (...args: string[]) => {
  return runToEnd(['publish', '--url', simulator.url, '--from', 'alice', ...args]);
});

it('B2.1 it prints a table of the outcomes, and why', async ({ runPublish, connect }) => {
  await connect('bob');
  const { code, stdout } = await runPublish('--to', 'bob', '--to', 'carol', '--include-sender');
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\w{4}-\w{4}-\w{4}-\w{4}/g, 'UID')).toBe(`\
recipient  outcome           sessions  messageUID
bob        delivered                1  UID
carol      dropped: offline         0  UID

"bob" gets it: online with 1 session (B1.3).
"carol" does not get it: offline at this moment, and nothing is kept for later (B1.2).
The sender "alice" gets no echo: no session of the sender to echo to (B1.6).
`);
});

it('--text is sent as RC:TxtMsg has it', async ({ runPublish, connect }) => {
  const bob = await connect('bob');
  await runPublish('--to', 'bob', '--text', 'say "hi"');
  await expect(bob.next()).resolves.toMatchObject({
    objectName: 'RC:TxtMsg',
    content: '{"content":"say \\"hi\\""}',
  });
});

it('--content is sent exactly as it is', async ({ runPublish, connect }) => {
  const bob = await connect('bob');
  await runPublish('--to', 'bob', '--type', 'app:mood', '--content', ' 1 + 1\n');
  await expect(bob.next()).resolves.toMatchObject({ objectName: 'app:mood', content: ' 1 + 1\n' });
});

it('--typing says that the sender is typing', async ({ runPublish, connect }) => {
  const bob = await connect('bob');
  await runPublish('--to', 'bob', '--typing');
  await expect(bob.next()).resolves.toMatchObject({
    objectName: 'RC:TypSts',
    content: '{"typingContentType":"RC:TxtMsg"}',
  });
});

it('B1.6 --include-sender sends the sender a copy', async ({ runPublish, connect }) => {
  const alice = await connect('alice');
  await runPublish('--to', 'bob', '--include-sender');
  await expect(alice.next()).resolves.toMatchObject({ type: 'echo' });
});

it('B1.8 --verify-blacklist skips who blocks the sender', async ({ runPublish, connect, postForm }) => {
  await connect('bob');
  await postForm('/user/blacklist/add.json', { userId: 'bob', blackUserId: 'alice' });
  const { stdout } = await runPublish('--to', 'bob', '--verify-blacklist');
  expect(stdout).toContain('dropped: blocked');
});

it('--explain says what would happen, and sends nothing', async ({ runPublish, connect }) => {
  const bob = await connect('bob');
  const { stdout } = await runPublish('--to', 'bob', '--explain');
  await bob.settle();
  expect(bob.received).toEqual([]);
  expect(stdout).toBe(
    '"bob" gets it: online with 1 session (B1.3).\nThe sender "alice" gets no echo: isIncludeSender is 0 (B1.6).\n',
  );
});

it('B6.6 it says that a recipient is online in another app', async ({ runPublish, connect }) => {
  await connect('bob');
  const { stdout } = await runPublish('--to', 'bob', '--app-key', 'mykey');
  expect(stdout).toMatch(/\n"bob" is offline in app "mykey"; online in app "default"\.\n$/);
});

it('B1.14 --to-group publishes to the members of groups, with a table for each', async ({
  runPublish,
  connect,
  postForm,
}) => {
  await connect('bob');
  await postForm('/group/create.json', { userId: ['bob', 'carol'], groupId: 'team' });
  const { code, stdout } = await runPublish('--to-group', 'team', '--to-group', 'nobody');
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\w{4}-\w{4}-\w{4}-\w{4}/g, 'UID')).toBe(`\
group team

recipient  outcome           sessions  messageUID
bob        delivered                1  UID
carol      dropped: offline         0  UID

"bob" gets it: online with 1 session (B1.3).
"carol" does not get it: offline at this moment, and nothing is kept for later (B1.2).
The sender "alice" gets no echo: isIncludeSender is 0 (B1.6).

group nobody

No recipients: the group is empty, or its only member is the sender.
The sender "alice" gets no echo: isIncludeSender is 0 (B1.6).
There is no group "nobody".
`);
});

it('B7 without a recipient it is a mistake of usage', async ({ runPublish }) => {
  await expect(runPublish()).resolves.toMatchObject({
    code: 2,
    stderr:
      'error: No recipient: add --to <userId> or --to-group <groupId>.\nUsage: npx status-sim publish --help\n',
  });
});

it('B7 users and groups at once are a mistake of usage', async ({ runPublish }) => {
  const { code, stderr } = await runPublish('--to', 'bob', '--to-group', 'team');
  expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be used with')]);
});

it('--json prints the answer as one line', async ({ runPublish }) => {
  const { stdout } = await runPublish('--to', 'bob', '--json');
  expect(stdout.trimEnd()).not.toContain('\n');
  expect(JSON.parse(stdout)).toMatchObject({ code: 200, report: { echo: { outcome: 'not-requested' } } });
});

it('an id cannot break a line or steer the terminal', async ({ runPublish }) => {
  const { stdout } = await runPublish('--to', hostileId);
  expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
  expect(stdout).toContain(`\n${escapedHostileId}  dropped`);
});

it('B7 a refusal is said with its code, and exits with 1', async ({ runPublish }) => {
  await expect(runPublish('--to', 'b'.repeat(65))).resolves.toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: Refused with 1005: The parameter toUserId is too long: 65 characters, at most 64.\n',
  });
});

it('B7 it says when something else answers', async ({ runToEnd }) => {
  const other = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const end = await runToEnd(['publish', '--url', url, '--from', 'alice', '--to', 'bob']);
  other.close();
  expect(end).toEqual({ code: 1, stdout: '', stderr: `error: The server at ${url} is not a simulator.\n` });
});

/** What comes of a publish to a server that answers in this way. */
async function publishTo(
  answer: RequestListener,
  runToEnd: (args: string[]) => Promise<{ code: unknown; stderr: string }>,
) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, stderr } = await runToEnd(['publish', '--url', url, '--from', 'alice', '--to', 'bob']);
  server.close();
  return { code, stderr: stderr.replace(url, 'URL') };
}

it.for(['<html>', '', '7', 'null'])(
  'B7 an answer that is no JSON object is a sentence: %j',
  async (body, { runToEnd }) => {
    const answer: RequestListener = (_, response) => response.setHeader('X-Status-Sim', '1').end(body);
    await expect(publishTo(answer, runToEnd)).resolves.toEqual({
      code: 1,
      stderr: 'error: The answer of the simulator at URL is not a JSON object.\n',
    });
  },
);

it('B7 so is a refusal that is no JSON object', async ({ runToEnd }) => {
  const answer: RequestListener = (_, response) => {
    response.writeHead(502, { 'X-Status-Sim': '1' }).end('Bad Gateway');
  };
  await expect(publishTo(answer, runToEnd)).resolves.toEqual({
    code: 1,
    stderr: 'error: The answer of the simulator at URL is not a JSON object.\n',
  });
});

it('B7 so is an answer that lacks the report', async ({ runToEnd }) => {
  const answer: RequestListener = (_, response) => response.setHeader('X-Status-Sim', '1').end('{}');
  await expect(publishTo(answer, runToEnd)).resolves.toEqual({
    code: 1,
    stderr: 'error: The answer of the simulator at URL has no report.\n',
  });
});

it('B7 an answer that is cut in the middle is a sentence', async ({ runToEnd }) => {
  const answer: RequestListener = (_, response) => {
    response.writeHead(200, { 'X-Status-Sim': '1', 'Content-Length': '100' });
    response.write('{"code":', () => response.destroy());
  };
  await expect(publishTo(answer, runToEnd)).resolves.toEqual({
    code: 1,
    stderr:
      'error: The connection to URL was lost before the answer was complete. The request may have been carried out.\n',
  });
});

it('B6.10 lose-response: it does not say that no simulator is there', async ({
  simulator,
  runPublish,
  connect,
}) => {
  const bob = await connect('bob');
  simulator.app().faults.set({ fault: 'lose-response' });
  const { code, stderr } = await runPublish('--to', 'bob');
  await expect(bob.next()).resolves.toMatchObject({ fromUserId: 'alice' });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `error: The connection to ${simulator.url} was lost before the answer was complete. The request may have been carried out.\n`,
  });
});

describe('with an app', () => {
  it.override('options', { apps: [app], adminToken: 'letmein' });

  it('B4.4 it is refused without the admin token', async ({ runPublish }) => {
    const { code, stderr } = await runPublish('--to', 'bob');
    expect(code).toBe(1);
    expect(stderr).toContain('Refused with 1007: The admin token is missing: ');
  });

  it('B4.4 it says that the admin token is wrong', async ({ runPublish }) => {
    const { stderr } = await runPublish('--to', 'bob', '--admin-token', 'letmeout');
    expect(stderr).toContain('Refused with 1007: The admin token is wrong: ');
  });

  it('B4.4 --admin-token opens the way', async ({ runPublish }) => {
    await expect(runPublish('--to', 'bob', '--admin-token', 'letmein')).resolves.toMatchObject({ code: 0 });
  });

  it('B4.4 so does STATUS_SIM_ADMIN_TOKEN', async ({ runToEnd, simulator }) => {
    const args = ['publish', '--url', simulator.url, '--from', 'alice', '--to', 'bob', '--app-key', app.key];
    const end = await runToEnd(args, { env: { STATUS_SIM_ADMIN_TOKEN: 'letmein' } });
    expect(end).toMatchObject({ code: 0 });
  });
});
