import { timeLimit } from '../time-limit.ts';
import type { Chance } from './chance.ts';
import { type Surroundings, SwarmClient } from './swarm-client.ts';

/** How many connect at once in the beginning. */
const entrances = 50;

/** For how long a client goes away at most; half of that on average. */
const longestAwayMs = 2000;

/** All clients of a swarm: brought online, sent away and called back. */
export class Crowd {
  readonly userIds: readonly string[];
  readonly #clients: ReadonlyMap<string, SwarmClient>;
  readonly #chance: Chance;
  /** What ends the absence of each client that is away. */
  readonly #away = new Set<() => void>();
  #dissolved = false;

  constructor(userIds: readonly string[], surroundings: Surroundings, chance: Chance) {
    this.userIds = userIds;
    this.#clients = new Map(userIds.map((userId) => [userId, new SwarmClient(userId, surroundings)]));
    this.#chance = chance;
  }

  get online(): number {
    let count = 0;
    for (const client of this.#clients.values()) if (client.online) count += 1;
    return count;
  }

  client(userId: string): SwarmClient {
    return this.#clients.get(userId)!;
  }

  /** Brings all online, many at once. Rejects with a `ConnectError`. */
  async enter(): Promise<void> {
    const waiting = this.#clients.values();
    const enterNext = async () => {
      for (const client of waiting) {
        if (this.#dissolved) return;
        await client.enter();
      }
    };
    await Promise.all(Array.from({ length: entrances }, enterNext));
  }

  /** One client goes offline and comes back after a while, unless it happens to be offline already. */
  async churn(): Promise<void> {
    const client = this.client(this.#chance.pick(this.userIds));
    if (!client.online) return;
    await client.leave();
    await this.comeBack(client);
  }

  /** A client that is offline comes online after a while. Rejects with a `ConnectError`. */
  async comeBack(client: SwarmClient): Promise<void> {
    await this.#whileAway();
    if (!this.#dissolved) await client.enter();
  }

  /** All who are away come back at once. */
  callBack(): void {
    for (const end of this.#away) end();
  }

  /** Has these users pass a barrier each; resolves to when each of them had. */
  async barriers(userIds: Iterable<string> = this.userIds): Promise<Map<string, number>> {
    const passed = [...userIds].map(async (userId) => [userId, await this.client(userId).barrier()] as const);
    return new Map(await Promise.all(passed));
  }

  /** All go offline for good. */
  async dissolve(): Promise<void> {
    this.#dissolved = true;
    this.callBack();
    await Promise.all([...this.#clients.values()].map((client) => client.leave()));
  }

  #whileAway(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        callOff();
        this.#away.delete(end);
        resolve();
      };
      const callOff = timeLimit(this.#chance.next() * longestAwayMs, end);
      this.#away.add(end);
    });
  }
}
