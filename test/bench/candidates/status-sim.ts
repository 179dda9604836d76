import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sign } from '../../../server/core/signature.ts';
import { issueToken } from '../../../server/core/token.ts';
import type * as Server from '../../../server/index.ts';
import type { Candidate } from '../candidate.ts';
import { httpOk, numberedUID, postForm, statusText, upgrade, webSocketFrameBytes } from '../wire.ts';

export const app = { key: 'bench', secret: 'bench-secret' };
/** Longer than any run: a ping would be among the bytes that are counted. */
const heartbeatMs = 2 ** 30;
const signature = sign(app.secret, 'nonce', '1795424866');
/** Of a signed request. */
export const headers = `App-Key: ${app.key}\r\nNonce: nonce\r\nTimestamp: 1795424866\r\nSignature: ${signature}\r\n`;

export function connectPath(userId: string): string {
  const token = issueToken(app.key, app.secret, { userId, issuedAt: 0 });
  return `/connect?appKey=${app.key}&token=${token}`;
}

export const statusSim: Candidate = {
  name: 'status-sim',
  about: 'this project: built, over its real endpoint, every request signed and every client with a token',
  wire: {
    opening: (userId) => upgrade(connectPath(userId)),
    opened: '"serverTime"',
    publish: (to, content) => postForm('/statusmessage/private/publish.json', to, content, headers),
    answer: httpOk,
    frameBytes: (content) => webSocketFrameBytes(statusText(content, numberedUID())),
  },
  async serve() {
    const simulator = await startBuilt();
    return portOf(simulator);
  },
};

/** Starts what `npm run build` made. */
export async function startBuilt(options: Server.SimulatorOptions = {}): Promise<Server.Simulator> {
  const built = join(import.meta.dirname, '../../../dist/server/index.js');
  if (!existsSync(built)) throw new Error('not built: run "npm run build" first');
  const { startSimulator }: typeof Server = await import(built);
  return startSimulator({
    apps: [app],
    recipientsPerMinute: Number.POSITIVE_INFINITY,
    heartbeatIntervalMs: heartbeatMs,
    heartbeatTimeoutMs: heartbeatMs + 1,
    ...options,
  });
}

export function portOf({ url }: Server.Simulator): number {
  return Number(new URL(url).port);
}
