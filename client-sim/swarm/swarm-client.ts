import type { RecipientUID, ServerFrame } from '../../server/protocol/frames.ts';
import type { ClientPublish, SimClient } from '../client.ts';
import { connectClient } from '../connect.ts';
import type { ReceivedFrame } from '../inbox.ts';
import type { Attendance } from './attendance.ts';
import type { Receipt } from './receipt.ts';
import type { Stay } from './stay.ts';
import type { Timeline } from './timeline.ts';

/** What all clients of a swarm share. */
export interface Surroundings {
  /** Where clients connect: each of them to the next one. */
  wsUrls: readonly string[];
  appKey: string | undefined;
  timeline: Timeline;
  attendance: Attendance;
  onReceived: (content: string, receipt: Receipt) => void;
  /** A session ended although its client had not asked for that. */
  onLost: (client: SwarmClient, code: number) => void;
}

/** Whose turn it is among several simulators. */
let nextAddress = 0;

interface Visit {
  client: SimClient;
  stay: Stay;
}

/** A user who comes and goes, with one session at a time, and who notes when. */
export class SwarmClient {
  readonly userId: string;
  readonly #surroundings: Surroundings;
  #entering: Promise<void> | undefined;
  #visit: Visit | undefined;
  #leaving: Promise<void> | undefined;
  #syncedAt = 0;

  constructor(userId: string, surroundings: Surroundings) {
    this.userId = userId;
    this.#surroundings = surroundings;
  }

  /** It has been told so, and does not want to leave. */
  get online(): boolean {
    return this.#visit !== undefined && this.#leaving === undefined;
  }

  /** Rejects with a `ConnectError`. */
  enter(): Promise<void> {
    this.#entering = this.#enter().finally(() => {
      this.#entering = undefined;
    });
    return this.#entering;
  }

  /** Resolves once the connection is closed and all that came before has been read. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave().finally(() => {
      this.#leaving = undefined;
    });
    return this.#leaving;
  }

  /**
   * Resolves when all that was handed to its session there is has arrived, to when that was so. Rejects when the
   * simulator does not answer.
   */
  async barrier(): Promise<number> {
    await this.#entering;
    if (!this.#visit) return this.#now();
    const { client, stay } = this.#visit;
    const askedAt = this.#now();
    try {
      await client.settle({ timeoutMs: answerMs });
    } catch (error) {
      // A session that has ended brings nothing more, and that is as good.
      if (stay.goneAt === Number.POSITIVE_INFINITY) throw error;
      return stay.goneAt;
    }
    stay.proven(askedAt);
    return this.#syncedAt;
  }

  /** Publishes over its own session. */
  async publish(publish: ClientPublish): Promise<RecipientUID[]> {
    if (!this.#visit) throw new Error('The client is offline.');
    return this.#visit.client.publish(publish);
  }

  async #enter(): Promise<void> {
    const { client, stay } = await this.#connect();
    for (const frame of client.received) this.#receive(frame, stay);
    client.on('frame', (frame) => this.#receive(frame, stay));
    void client.closed.then(({ code }) => this.#end(stay, code));
    stay.online(this.#now());
    this.#visit = { client, stay };
  }

  /** To the next simulator; to another one, if that is not there. */
  async #connect(attempt = 1): Promise<Visit> {
    const { wsUrls, appKey, attendance } = this.#surroundings;
    const wsUrl = wsUrls[nextAddress++ % wsUrls.length]!;
    const stay = attendance.arrive(this.userId, this.#now());
    const options = { userId: this.userId, appKey, timeoutMs: answerMs, inboxLimit };
    try {
      return { client: await connectClient(wsUrl, options), stay };
    } catch (error) {
      stay.gone(this.#now(), false);
      if (attempt >= wsUrls.length) throw error;
      return this.#connect(attempt + 1);
    }
  }

  async #leave(): Promise<void> {
    await this.#entering?.catch(() => {});
    if (!this.#visit) return;
    const { client, stay } = this.#visit;
    stay.leave(this.#now());
    await client.close();
  }

  #receive(frame: ServerFrame, stay: Stay): void {
    const at = this.#now();
    if (frame.type === 'synced') this.#syncedAt = at; // not later, when the promise is kept
    if (frame.type !== 'status' && frame.type !== 'echo') return;
    const { userId } = this;
    const receipt = { userId, kind: frame.type, messageUID: messageUIDOf(frame), at, stay };
    this.#surroundings.onReceived(frame.content, receipt);
  }

  #end(stay: Stay, code: number): void {
    const wanted = this.#leaving !== undefined;
    stay.gone(this.#now(), wanted && code === normalClose);
    this.#visit = undefined;
    if (!wanted) this.#surroundings.onLost(this, code);
  }

  #now(): number {
    return this.#surroundings.timeline.now();
  }
}

function messageUIDOf(frame: ReceivedFrame): string {
  if (frame.type === 'status') return frame.messageUID;
  return frame.messageUIDs.map(({ messageUID }) => messageUID).join(' ');
}

/** What the simulator answers when a client has closed its session. */
const normalClose = 1000;

/** How long the simulator has for an answer: so long that a busy machine is not taken for a broken simulator. */
const answerMs = 30_000;

/** Frames are taken as they come: only those of the moment before `on` is called have to wait. */
const inboxLimit = 10;
