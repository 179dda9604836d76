import { customAlphabet } from 'nanoid';
import { StatusPublisher } from '../publisher.ts';
import { timeLimit } from '../time-limit.ts';
import { BackEnd } from './back-end.ts';
import { Chance } from './chance.ts';
import { Crowd } from './crowd.ts';
import { Label } from './label.ts';
import { pace } from './pace.ts';
import type { Receipt } from './receipt.ts';
import { Referee } from './referee.ts';
import type { SwarmClient } from './swarm-client.ts';
import { Timeline } from './timeline.ts';

export interface SwarmOptions {
  /** Where RongCloud's API answers. */
  url: string | readonly string[];
  /** Like `ws://127.0.0.1:1234/connect`. */
  wsUrl: string | readonly string[];
  appKey?: string | undefined;
  clients: number;
  publishesPerSecond: number;
  /** Of each publish; at most as many as there are clients. */
  recipients: number;
  /** Of a hundred clients who are online, how many go away in a second; for a second on average. */
  churnPercent: number;
  /** A sender who is online says first, over its own session, that it is typing. */
  typing: boolean;
  durationMs: number;
  /** The same seed gives the same publishes. */
  seed: string;
}

export type SwarmPhase = 'entering' | 'publishing' | 'settling' | 'settled';

const windowsPerSecond = 1;

/** Many clients that come and go, a back end that publishes to them, and a referee that judges what came of it. */
export class Swarm {
  readonly options: SwarmOptions;
  readonly referee = new Referee();
  /** The sessions that the simulator ended, by close code. */
  readonly lostSessions = new Map<number, number>();
  readonly #label: Label;
  readonly #crowd: Crowd;
  readonly #backEnd: BackEnd;
  /** What is under way. */
  readonly #tasks = new Set<Promise<void>>();
  /** Resolves when it is time to end; rejects when it cannot go on. */
  readonly #ended: Promise<false>;
  #end!: () => void;
  #fail!: (error: unknown) => void;
  #phase: SwarmPhase = 'entering';
  #publishingSince: number | undefined;
  #publishedMs: number | undefined;
  #settling = false;

  constructor(options: SwarmOptions) {
    this.options = options;
    this.#ended = new Promise((resolve, reject) => {
      this.#end = () => resolve(false);
      this.#fail = reject;
    });
    this.#ended.catch(() => {});
    const { url, wsUrl, appKey, clients, seed, recipients, typing } = options;
    const { referee } = this;
    const timeline = new Timeline();
    const run = newRun();
    const label = new Label(run);
    const surroundings = {
      wsUrls: [wsUrl].flat(),
      appKey,
      timeline,
      attendance: referee.attendance,
      onReceived: (content: string, receipt: Receipt) => this.#receive(content, receipt),
      onLost: (client: SwarmClient, code: number) => this.#comeBack(client, code),
    };
    this.#label = label;
    this.#crowd = new Crowd(userIdsOf(run, clients), surroundings, new Chance(`${seed} churn`));
    this.#backEnd = new BackEnd({
      crowd: this.#crowd,
      referee,
      timeline,
      label,
      publishers: [url].flat().map((each) => new StatusPublisher({ url: each, appKey })),
      chance: new Chance(`${seed} publishes`),
      recipients,
      typing,
    });
  }

  get phase(): SwarmPhase {
    return this.#phase;
  }

  /** Clients who are online now. */
  get online(): number {
    return this.#crowd.online;
  }

  /** For how long it has published, or did, in milliseconds. */
  get publishingMs(): number {
    if (this.#publishingSince === undefined) return 0;
    return this.#publishedMs ?? performance.now() - this.#publishingSince;
  }

  /**
   * Runs until the time is over or `stop` is called, and resolves when every verdict is there. Rejects when a client
   * cannot come online or a barrier is not answered; then the last verdicts are missing.
   */
  async run(): Promise<void> {
    const entered = this.#crowd.enter().then(() => true);
    if (await Promise.race([entered, this.#ended])) await this.#publish();
    this.#phase = 'settled';
  }

  /** Ends it early, in order. */
  stop(): void {
    this.#end();
  }

  /** All clients go offline. */
  close(): Promise<void> {
    return this.#crowd.dissolve();
  }

  async #publish(): Promise<void> {
    const { publishesPerSecond, churnPercent, clients, durationMs } = this.options;
    this.#phase = 'publishing';
    this.#publishingSince = performance.now();
    const calledOff = [
      pace(publishesPerSecond, () => this.#do(this.#backEnd.publish())),
      pace((clients * churnPercent) / 100, () => this.#do(this.#crowd.churn())),
      pace(windowsPerSecond, () => this.#do(this.#settleWindow())),
      timeLimit(durationMs, this.#end),
    ];
    await this.#ended.finally(() => {
      for (const callOff of calledOff) callOff();
      this.#publishedMs = this.publishingMs;
    });
    this.#phase = 'settling';
    await this.#settleAll();
  }

  /** What the referee can judge so far. */
  async #settleWindow(): Promise<void> {
    if (this.#settling) return;
    this.#settling = true;
    const cases = this.referee.answered();
    const barriers = await this.#crowd.barriers(new Set(cases.flatMap(({ userIds }) => [...userIds])));
    this.referee.settle(cases, barriers);
    this.#settling = false;
  }

  /** Everybody comes back before the end: whoever was offline must not get anything even then. */
  async #settleAll(): Promise<void> {
    while (this.#tasks.size > 0) {
      this.#crowd.callBack();
      await Promise.all(this.#tasks);
    }
    const barriers = await this.#crowd.barriers();
    this.referee.settle(this.referee.answered(), barriers);
  }

  /** Takes part in the end: it is waited for, and its failure is the failure of all. */
  #do(task: Promise<void>): void {
    this.#tasks.add(task);
    task.catch(this.#fail).finally(() => this.#tasks.delete(task));
  }

  #receive(content: string, receipt: Receipt): void {
    const number = this.#label.numberOf(content);
    if (number !== undefined) this.referee.received(number, receipt);
  }

  #comeBack(client: SwarmClient, code: number): void {
    this.lostSessions.set(code, (this.lostSessions.get(code) ?? 0) + 1);
    this.#do(this.#crowd.comeBack(client));
  }
}

const newRun = customAlphabet('abcdefghijkmnpqrstuvwxyz23456789', 5);

function userIdsOf(run: string, count: number): string[] {
  const digits = String(count).length;
  return Array.from(
    { length: count },
    (_, index) => `swarm-${run}-${String(index + 1).padStart(digits, '0')}`,
  );
}
