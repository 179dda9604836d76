import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { SessionEvent, SimEvent } from '../../server/index.ts';
import { Failure } from './failure.ts';
import { OpenSessions } from './open-sessions.ts';
import { stopSignal } from './stop-signal.ts';
import type { Addresses } from './target.ts';
import { tell } from './terminal.ts';

/** What a worker tells the process that has started it. Of events that it dropped, what counts is who is left. */
type Report = { ready: Addresses } | { event: SimEvent } | { dropped: number; open: readonly SessionEvent[] };

/** What a worker may have told, and its parent not have read, before it drops events. */
const unreadBytes = 2 ** 20;

/** Whether this process is one of several that serve behind one port. */
export const isWorker = cluster.isWorker;

/** Serves as a worker does: until the process that has started it stops it, or is gone. */
export class ThisWorker {
  readonly #open = new OpenSessions();
  #unreadBytes = 0;
  #dropped = 0;

  /** Tells the parent, or only counts it as long as the parent does not read. */
  show(event: SimEvent): void {
    this.#open.note(event);
    if (this.#dropped === 0 && this.#unreadBytes <= unreadBytes) this.#report({ event });
    else this.#dropped++;
  }

  async serve({ url, wsUrl }: Addresses): Promise<void> {
    this.#report({ ready: { url, wsUrl } });
    await Promise.race([stopSignal(), once(process, 'disconnect')]);
  }

  #report(told: Report): void {
    const bytes = Buffer.byteLength(JSON.stringify(told));
    this.#unreadBytes += bytes;
    process.send?.(told, undefined, undefined, () => {
      this.#unreadBytes -= bytes;
      if (this.#unreadBytes > 0 || this.#dropped === 0) return;
      this.#report({ dropped: this.#dropped, open: [...this.#open] });
      this.#dropped = 0;
    });
  }
}

/** Several processes that serve behind one port, each a node of the same cluster. */
export class Workers {
  readonly #onEvent: (event: SimEvent) => void;
  readonly #onDropped: (count: number) => void;
  /** What each of them has told of its sessions. */
  readonly #open = new Map<Worker, OpenSessions>();
  #isStopping = false;

  /**
   * @param onEvent told what happens in any of them
   * @param onDropped told how many events were not, because they came faster than this process read them
   */
  constructor(onEvent: (event: SimEvent) => void, onDropped: (count: number) => void) {
    this.#onEvent = onEvent;
    this.#onDropped = onDropped;
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
    this.#open.set(worker, new OpenSessions());
    return new Promise((resolve, reject) => {
      worker.on('message', (told: Report) => {
        if ('event' in told) {
          this.#open.get(worker)?.note(told.event);
          this.#onEvent(told.event);
        } else if ('dropped' in told) {
          this.#open.set(worker, new OpenSessions(told.open));
          this.#onDropped(told.dropped);
        } else {
          resolve(told.ready);
          this.#replaceWhenLost(worker);
        }
      });
      worker.once('exit', (code) => {
        this.#endSessionsOf(worker);
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

  /** Tells the end of the sessions of a worker that could not. Their users may be online on another. */
  #endSessionsOf(worker: Worker): void {
    const ended = [...(this.#open.get(worker) ?? [])];
    this.#open.delete(worker);
    const others = [...this.#open.values()];
    for (const event of ended) {
      const online = others.some((sessions) => sessions.hasUserOf(event));
      this.#onEvent({ ...event, at: Date.now(), state: 'closed', code: 1006, online });
    }
  }
}

const shortestPauseMs = 250;
const longestPauseMs = 5000;
