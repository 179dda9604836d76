import { actorOf, type Turn } from './actor.ts';
import type { ExploredApp, ToldStep } from './explored-app.ts';
import { isArrival, type Orders, preemptionsOf } from './orders.ts';
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

/** One order of a scenario, as it was run. */
export interface OrderRun {
  /** Who had a turn before the first step. */
  turns: readonly string[];
  steps: readonly ToldStep[];
  preemptions: number;
  /** When and why it failed. */
  failure?: { when: string; error: unknown };
}

/** Runs one order to its end, or to where it fails; closes the app. */
export async function runOrder(
  app: ExploredApp,
  scenario: Scenario,
  choose: Orders['choose'],
  timeoutMs: number,
): Promise<OrderRun> {
  const actors = new Map<string, () => Promise<void>>();
  const checks: (() => unknown)[] = [];
  const invariants: (() => unknown)[] = [];
  const run: OrderRun = { turns: [], steps: app.steps, preemptions: 0 };
  let when = 'before the first step';
  try {
    await scenario({
      sim: app,
      actor(name, act) {
        if (!/^[^>.][^.]*$/.test(name))
          throw new TypeError(`No name for an actor: "${name}". It would not do in replay.`);
        if (actors.has(name)) throw new TypeError(`There are two actors of the name "${name}".`);
        actors.set(name, actorOf(name, act, app.addParty(name), timeoutMs));
      },
      check: (check) => checks.push(check),
      invariant: (invariant) => invariants.push(invariant),
    });
    for (const begin of actors.values()) await begin();
    await app.settle();
    run.turns = app.enabled;
    for (let { enabled } = app, last: string | undefined; enabled.length > 0; { enabled } = app) {
      const name = choose(enabled, last);
      if (!enabled.includes(name)) throw new Error(`It cannot be the turn of "${name}" now.`);
      run.preemptions += preemptionsOf(name, enabled, last);
      if (!isArrival(name)) last = name;
      when = 'in this step';
      await app.take(name);
      when = 'after this step';
      for (const invariant of invariants) await invariant();
    }
    when = 'in the end';
    for (const check of checks) await check();
    when = 'as the app is closed';
    await app.close();
  } catch (error) {
    run.failure = { when, error };
    await app.close().catch(() => {}); // one failure is enough
  }
  if (invariants.length > 0) for (const step of app.steps) step.touches = undefined;
  return run;
}
