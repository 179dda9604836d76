import { Actor, type Turn } from './actor.ts';
import type { ExploredApp, ToldStep } from './explored-app.ts';
import { isArrival, preemptionsOf } from './orders.ts';
import type { SimApp } from './sim-app.ts';

/** What a scenario is told with. */
export interface Scene {
  /** The app of this one order: its time is frozen, and its ids are the same in each run. */
  readonly sim: SimApp;
  /** Adds somebody who acts in steps, each behind an `await turn(…)`. Steps of different actors never overlap. */
  actor(name: string, act: (turn: Turn) => unknown): void;
  /** Is called when all actors are done; an order in which it throws is bad. */
  check(check: () => unknown): void;
  /** The same, after each step. To it no two orders are equivalent, so all are run. */
  invariant(invariant: () => unknown): void;
}

export type Scenario = (scene: Scene) => unknown;

/** Who takes the next step. */
export type Choose = (enabled: readonly string[], last: string | undefined) => string;

/** One order of a scenario, in an app of its own. */
export class OrderRun {
  /** Who had a turn before the first step. */
  turns: readonly string[] = [];
  readonly steps: ToldStep[] = [];
  preemptions = 0;
  /** When and why it failed. */
  failure: { when: string; error: unknown } | undefined;
  readonly #app: ExploredApp;
  readonly #actors = new Map<string, Actor>();
  readonly #checks: (() => unknown)[] = [];
  readonly #invariants: (() => unknown)[] = [];

  constructor(app: ExploredApp) {
    this.#app = app;
  }

  /** Runs it to its end, or to where it fails; closes the app. */
  async run(scenario: Scenario, choose: Choose, timeoutMs: number): Promise<void> {
    let when = 'before the first step';
    try {
      await this.#setUp(scenario, timeoutMs);
      for (
        let enabled = this.turns, last: string | undefined;
        enabled.length > 0;
        enabled = this.#enabled()
      ) {
        const name = choose(enabled, last);
        if (!enabled.includes(name)) throw new Error(`It cannot be the turn of "${name}" now.`);
        this.preemptions += preemptionsOf(name, enabled, last);
        if (!isArrival(name)) last = name;
        when = 'in this step';
        await this.#step(name);
        when = 'after this step';
        for (const invariant of this.#invariants) await invariant();
      }
      when = 'in the end';
      for (const check of this.#checks) await check();
      when = 'as the app is closed';
      await this.#app.close();
    } catch (error) {
      this.failure = { when, error };
      await this.#app.close().catch(() => {}); // one failure is enough
    }
  }

  async #setUp(scenario: Scenario, timeoutMs: number): Promise<void> {
    const acts: (() => Promise<void>)[] = [];
    await scenario({
      sim: this.#app,
      actor: (name, act) => {
        if (!/^[^>.][^.]*$/.test(name))
          throw new TypeError(`No name for an actor: "${name}". It would not do in replay.`);
        if (this.#actors.has(name)) throw new TypeError(`There are two actors of the name "${name}".`);
        const actor = new Actor(name, timeoutMs);
        this.#actors.set(name, actor);
        acts.push(() => actor.begin(act));
      },
      check: (check) => this.#checks.push(check),
      invariant: (invariant) => this.#invariants.push(invariant),
    });
    for (const begin of acts) await begin();
    await this.#app.settle();
    this.turns = this.#enabled();
  }

  async #step(name: string): Promise<void> {
    const actor = this.#actors.get(name);
    if (actor === undefined) this.#app.arrive(name);
    else this.#app.begin(name, actor.label, actor.shares);
    try {
      await actor?.step();
      await this.#app.settle();
    } finally {
      const { gives, touches, ...step } = this.#app.end();
      this.steps.push({
        ...step,
        gives: actor?.hasTurn ? [...gives, name] : gives,
        touches: this.#invariants.length > 0 ? undefined : touches,
      });
    }
  }

  #enabled(): string[] {
    const actors = [...this.#actors].filter(([, { hasTurn }]) => hasTurn);
    return [...actors.map(([name]) => name), ...this.#app.arrivals];
  }
}
