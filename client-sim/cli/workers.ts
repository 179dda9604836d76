import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { SessionEvent, SimEvent } from '../../server/index.ts';
import { Failure } from './failure.ts';
import { stopSignal } from './stop-signal.ts';
import type { Addresses } from './target.ts';
import { tell } from './terminal.ts';

/** What a worker tells the process that has started it. */
type Report = { ready: Addresses } | { event: SimEvent };

/** Whether this process is one of several that serve behind one port. */
export const isWorker = cluster.isWorker;

/** Tells the process that has started this one. */
export function report(told: Report): void {
  process.send?.(told);
}

/** Several processes that serve behind one port, each a node of the same cluster. */
export class Workers {
  readonly #onEvent: (event: SimEvent) => void;
  #isStopping = false;

  /** @param onEvent told what happens in any of them */
  constructor(onEvent: (event: SimEvent) => void) {
    this.#onEvent = onEvent;
  }

  /**
   * Starts so many; resolves when all of them serve.
   * @param oneFirst alone: it brings those online whom the others then find there
   * @throws Failure when one of them cannot, which has said why
   */
  async start(count: number, oneFirst: boolean): Promise<Addresses> {
    const first = this.#fork();
    if (oneFirst) await first;
    const others = Array.from({ length: count - 1 }, () => this.#fork());
    const [addresses] = await Promise.all([first, ...others]);
    // Those that come later listen there, too, even if none of these is left.
    cluster.setupPrimary({ args: [...process.argv.slice(2), '--port', new URL(addresses.url).port] });
    return addresses;
  }

  /** Ends all of them in order. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const ended = this.#running.map((worker) => once(worker, 'exit'));
    for (const worker of this.#running) worker.process.kill('SIGTERM');
    await Promise.all(ended);
  }

  get #running(): Worker[] {
    return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  }

  async #fork(): Promise<Addresses> {
    const worker = cluster.fork();
    /** The sessions that it has. */
    const open = new Map<string, SessionEvent>();
    const note = (event: SimEvent) => {
      if (event.event !== 'session') return;
      if (event.state === 'opened') open.set(event.sessionId, event);
      else open.delete(event.sessionId);
    };
    return new Promise((resolve, reject) => {
      worker.on('message', (told: Report) => {
        if ('event' in told) {
          note(told.event);
          this.#onEvent(told.event);
        } else {
          resolve(told.ready);
          this.#replaceWhenLost(worker);
        }
      });
      worker.once('exit', (code) => {
        this.#endAll(open);
        reject(new Failure('A worker could not be started.', code === 2 ? 2 : 1));
      });
    });
  }

  /** A node that is lost leaves its users without one: they come back to another. */
  #replaceWhenLost(worker: Worker): void {
    worker.once('exit', (code, signal) => {
      if (this.#isStopping) return;
      tell(`Worker ${worker.process.pid} exited with ${signal ?? code}; starting another.`);
      void this.#replace();
    });
  }

  /** Until there is one, with pauses that grow: what it needs may be away. */
  async #replace(): Promise<void> {
    for (let pauseMs = shortestPauseMs; !this.#isStopping; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        await this.#fork();
        return;
      } catch (error) {
        tell(`${(error as Failure).message} Trying again.`);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  /** Tells the end of the sessions of a worker that could not. */
  #endAll(open: Map<string, SessionEvent>): void {
    for (const event of open.values()) {
      this.#onEvent({ ...event, at: Date.now(), state: 'closed', code: 1006, online: false });
    }
  }
}

const shortestPauseMs = 250;
const longestPauseMs = 5000;

/** Serves as a worker does: until the process that has started it stops it, or is gone. */
export async function serveAsWorker({ url, wsUrl }: Addresses): Promise<void> {
  report({ ready: { url, wsUrl } });
  await Promise.race([stopSignal(), once(process, 'disconnect')]);
}
