import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'vitest';
import { freePort } from '../bench/free-port.ts';
import { it } from './command.ts';

it('B7 ends as soon as the simulator is ready', async ({ run, serve }) => {
  const port = await freePort();
  const other = createServer((_, response) => response.end()).listen(port, '127.0.0.1');
  const waiting = run(['wait', '--url', `http://127.0.0.1:${port}`]);
  await once(other, 'request'); // it has asked who is no simulator
  other.closeAllConnections();
  other.close();
  await once(other, 'close');
  await serve(['--port', String(port)]);
  await expect(waiting.ended).resolves.toBe(0);
  expect(waiting.stderr.text).toBe(`Ready at http://127.0.0.1:${port}.\n`);
});

it('B7 exits with 1 when it takes too long', async ({ simulator, runToEnd }) => {
  await simulator.close();
  const { code, stderr } = await runToEnd(['wait', '--url', simulator.url, '--timeout', '100ms']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `error: No simulator was ready at ${simulator.url} in time.\n`,
  });
});
