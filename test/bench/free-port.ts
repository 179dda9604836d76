import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Who asks the system for any port gets one above these, so nobody gets this one by chance before it is used, or used again. */
const [least, limit] = [20_000, 32_768];

/** A port that was free a moment ago, for a program that wants to be told one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(least, limit);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
