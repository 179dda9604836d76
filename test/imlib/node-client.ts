import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { WebClient, type WebHost } from './web-client.ts';

const require = createRequire(import.meta.url);

/** The versions of the client that are installed, by a file that each is loaded for. */
const versions = {
  '5.38.0': import.meta.filename,
  '5.28.0': require.resolve('imlib-5.28.0/package.json'),
  '5.7.3': require.resolve('imlib-5.7.3/package.json'),
} as const;

type FromChild =
  | { event: 'LOADED'; data: unknown }
  | { id: number; result: unknown; error?: undefined }
  | { id: number; error: string };

/** The web app in plain Node, in a process of its own: a process has one client for good. */
class NodeClient extends WebClient {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: Extract<FromChild, { id: number }>) => void>();
  #calls = 0;

  static async start(version: keyof typeof versions): Promise<NodeClient> {
    const child = fork(join(import.meta.dirname, 'client/node-app.js'), [versions[version]], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const client = new NodeClient(child);
    await client.next('LOADED');
    return client;
  }

  private constructor(child: ChildProcess) {
    super(endOf(child));
    this.#child = child;
    child.on('message', (message: FromChild) => {
      if ('event' in message) this.tell(message.event, message.data);
      else this.#answers.get(message.id)?.(message);
    });
  }

  async call(method: string, ...args: unknown[]): Promise<unknown> {
    const id = this.#calls++;
    const answered = new Promise<Extract<FromChild, { id: number }>>((resolve) =>
      this.#answers.set(id, resolve),
    );
    this.#child.send({ id, method, args });
    const answer = await Promise.race([this.ended, answered]);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.result;
  }

  async close(): Promise<void> {
    this.#child.kill();
    await this.ended.catch(() => {});
  }
}

/** Processes of Node, with this version of the client. */
export function nodeHost(version: keyof typeof versions) {
  return async (): Promise<WebHost> => ({ start: () => NodeClient.start(version), close: async () => {} });
}

function endOf(child: ChildProcess): Promise<never> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((_, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      reject(new Error(`The web app has ended with ${signal ?? code}.\n${stderr}`));
    });
  });
}
