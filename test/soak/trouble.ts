import { type RawData, WebSocket } from 'ws';
import { StatusPublisher } from '../../client-sim/index.ts';
import { pace } from '../../client-sim/swarm/pace.ts';

const appKey = 'trouble';
const userCount = 60;
/** Those who hardly ever read. */
const slowCount = 20;
const faultsPerSecond = 5;
const publishesPerSecond = 20;
const userIds = Array.from({ length: userCount }, (_, index) => `trouble-${index}`);

const faults = ['half-open', 'freeze', 'reset', 'delay', 'drop-next', 'disconnect-at'] as const;

/** What each fault needs besides its user. */
const parameters: Record<(typeof faults)[number], object> = {
  'half-open': {},
  freeze: {},
  reset: {},
  delay: { delayMs: 500 },
  'drop-next': { count: 3 },
  'disconnect-at': { recipient: 2 },
};

/** An app beside the one that is judged, in which everything goes wrong: it must not be felt there, nor leave anything behind. */
export class Trouble {
  /** What became of its sessions, by close code. */
  readonly closed = new Map<number, number>();
  readonly #url: string;
  readonly #wsUrl: string;
  readonly #publisher: StatusPublisher;
  readonly #sockets = new Set<WebSocket>();
  #callOff: (() => void)[] = [];
  #turns = 0;
  #isOver = false;

  constructor(url: string, wsUrl: string) {
    this.#url = url;
    this.#wsUrl = wsUrl;
    this.#publisher = new StatusPublisher({ url, appKey });
  }

  start(): void {
    for (const index of userIds.keys()) this.#connect(index);
    this.#callOff = [
      pace(faultsPerSecond, () => void this.#makeFault()),
      pace(publishesPerSecond, () => void this.#publish()),
    ];
  }

  /** Ends all of it; resolves when nothing of it is left. */
  async end(): Promise<void> {
    this.#isOver = true;
    for (const callOff of this.#callOff) callOff();
    await this.#sim('POST', 'reset');
    for (const socket of this.#sockets) socket.terminate();
  }

  #connect(index: number): void {
    if (this.#isOver) return;
    const userId = userIds[index]!;
    const socket = new WebSocket(`${this.#wsUrl}?appKey=${appKey}&userId=${userId}`, {
      perMessageDeflate: false,
    });
    this.#sockets.add(socket);
    socket.on('error', () => {}); // the close that follows tells
    socket.once('message', () => {
      if (index < slowCount) socket.pause();
    });
    socket.on('message', (data: RawData) => void data);
    socket.once('close', (code) => {
      this.#sockets.delete(socket);
      this.closed.set(code, (this.closed.get(code) ?? 0) + 1);
      this.#connect(index);
    });
  }

  /** One after the other for one user after the other; and once in a while all is put right. */
  async #makeFault(): Promise<void> {
    const turn = this.#turns++;
    const fault = faults[turn % faults.length]!;
    const userId = userIds[(turn * 7) % userCount]!;
    if (turn % 50 === 49) await this.#sim('DELETE', 'faults');
    else await this.#sim('PUT', 'faults', { fault, userId, ...parameters[fault] });
    // One that reads slowly reads for once.
    for (const socket of [...this.#sockets].slice(0, 1)) socket.resume();
  }

  async #publish(): Promise<void> {
    const message = { fromUserId: userIds[0]!, objectName: 'app:mood', content: 'x'.repeat(16 * 1024) };
    await this.#publisher.publish({ ...message, toUserId: userIds, isIncludeSender: true }).catch(() => {});
  }

  async #sim(method: string, path: string, body?: object): Promise<void> {
    const headers = { 'App-Key': appKey, 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.#url}/sim/${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
    });
    await answer.arrayBuffer();
  }
}
