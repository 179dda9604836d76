import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Orders, type Step } from '../../client-sim/testkit/orders.ts';

/** A scenario without a simulator: what each step of an actor touches, and how what it finds there changes its next. */
interface Scenario {
  /** For each actor the names that each of its steps touches; undefined for everything. */
  readonly actors: readonly (readonly (readonly string[] | undefined)[])[];
  /** Whether an actor leaves out its last step when it found something odd. */
  readonly isFickle?: boolean;
}

interface Ran {
  readonly order: readonly string[];
  readonly steps: readonly Step[];
  readonly preemptions: number;
}

/** Runs all orders that the explorer asks for; with `pruned: false` as if every step touched everything. */
function explore(
  scenario: Scenario,
  { pruned = true, limit = Number.POSITIVE_INFINITY, seed = 'seed' } = {},
) {
  const orders = new Orders(limit, seed);
  const ran: Ran[] = [];
  for (let start = orders.next(); start !== undefined && ran.length < limit; start = orders.next()) {
    const run = runOrder(scenario, start, (enabled, last) => orders.choose(enabled, last));
    ran.push(run);
    const steps = pruned ? run.steps : run.steps.map((step) => ({ ...step, touches: undefined }));
    orders.record(actorsOf(scenario), steps);
  }
  return { ran, isExhaustive: orders.next() === undefined };
}

function runOrder(
  scenario: Scenario,
  start: readonly string[],
  choose: (enabled: readonly string[], last: string | undefined) => string,
): Ran {
  const things = new Map<string, number>();
  const actors = new Map(scenario.actors.map((steps, index) => [`a${index}`, { steps, done: 0, found: 0 }]));
  const everything = [...new Set(scenario.actors.flat(2))].filter((name) => name !== undefined);
  const order: string[] = [];
  const steps: Step[] = [];
  let preemptions = 0;
  const length = ({ steps, found }: { steps: readonly unknown[]; found: number }) => {
    return scenario.isFickle && found % 2 === 1 ? Math.max(1, steps.length - 1) : steps.length;
  };
  for (;;) {
    const enabled = [...actors.keys()].filter((name) => actors.get(name)!.done < length(actors.get(name)!));
    if (enabled.length === 0) return { order, steps, preemptions };
    const name = start[order.length] ?? choose(enabled, order.at(-1));
    const last = order.at(-1);
    if (last !== undefined && last !== name && enabled.includes(last)) preemptions++;
    const actor = actors.get(name)!;
    const touches = actor.steps[actor.done];
    for (const thing of touches ?? everything) {
      actor.found = (actor.found * 31 + (things.get(thing) ?? 0) + 1) % 9973;
      things.set(thing, actor.found);
    }
    actor.done++;
    const gives = actor.done < length(actor) ? [name] : [];
    order.push(name);
    steps.push({ actor: name, touches, takes: [name], gives });
  }
}

/** All orders, by brute force. */
function allOrders(scenario: Scenario): Ran[] {
  const ran: Ran[] = [];
  const follow = (start: readonly string[]) => {
    const seen: (readonly string[])[] = [];
    const run = runOrder(scenario, start, (enabled) => {
      seen.push(enabled);
      return enabled[0]!;
    });
    ran.push(run);
    for (const [depth, enabled] of seen.entries()) {
      const way = run.order.slice(0, start.length + depth);
      for (const other of enabled.slice(1)) follow([...way, other]);
    }
  };
  follow([]);
  return ran;
}

/** The class of an order: for each two steps of which one depends on the other, which comes first. */
function classOf({ steps }: Ran): string {
  const names = steps.map(({ actor }, index) => {
    return `${actor}${steps.slice(0, index).filter((step) => step.actor === actor).length}`;
  });
  const pairs = steps.flatMap((one, index) => {
    return steps.slice(index + 1).flatMap((other, offset) => {
      const common = (one.touches ?? other.touches)?.some((name) => other.touches?.includes(name) ?? true);
      const both = one.touches === undefined || other.touches === undefined || common;
      return both || one.actor === other.actor ? [`${names[index]}<${names[index + 1 + offset]}`] : [];
    });
  });
  return [...names].sort().join() + [...pairs].sort().join();
}

const actorsOf = ({ actors }: Scenario) => actors.map((_, index) => `a${index}`);
const factorial = (number: number): number => (number < 2 ? 1 : number * factorial(number - 1));

const touches = fc.option(fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }), {
  nil: undefined,
  freq: 8,
});
const scenarios = fc.record({
  actors: fc.array(fc.array(touches, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  isFickle: fc.boolean(),
});

describe('the orders of a scenario', () => {
  const sizes = [1, 2, 3].flatMap((actors) => [1, 2, 3].map((steps) => [actors, steps] as const));
  it.for(sizes)('%i actors by %i steps that all meet are as many as the multinomial', ([count, length]) => {
    const { ran, isExhaustive } = explore({ actors: Array(count).fill(Array(length).fill(['x'])) });
    expect(ran.length).toBe(factorial(count * length) / factorial(length) ** count);
    expect(new Set(ran.map(({ order }) => order.join())).size).toBe(ran.length);
    expect(isExhaustive).toBe(true);
  });

  it('of 1680 orders of three actors whose steps meet in pairs one of each of 216 classes is run', () => {
    const scenario = { actors: Array(3).fill([['x'], ['y'], ['z']]) };
    expect(allOrders(scenario).length).toBe(1680);
    expect(explore(scenario).ran.length).toBe(216);
  });

  it('each class is run once, and none is left out', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const all = allOrders(scenario);
        const ran = explore(scenario).ran.map(classOf);
        expect(new Set(ran)).toEqual(new Set(all.map(classOf)));
        expect(ran.length).toBe(new Set(ran).size);
      }),
    );
  });

  it('without pruning each order is run once', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const ran = explore(scenario, { pruned: false }).ran.map(({ order }) => order.join());
        expect([...ran].sort()).toEqual(
          allOrders(scenario)
            .map(({ order }) => order.join())
            .sort(),
        );
      }),
    );
  });

  it('come by number of preemptions, and of each class comes one of the fewest', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { ran } = explore(scenario);
        const counts = ran.map(({ preemptions }) => preemptions);
        expect(counts).toEqual([...counts].sort((one, other) => one - other));
        const fewest = new Map<string, number>();
        for (const each of allOrders(scenario)) {
          const name = classOf(each);
          fewest.set(name, Math.min(each.preemptions, fewest.get(name) ?? Number.POSITIVE_INFINITY));
        }
        expect(counts).toEqual(ran.map((each) => fewest.get(classOf(each))));
      }),
    );
  });
});

describe('over the limit', () => {
  const scenario = { actors: Array(3).fill(Array(3).fill(['x'])) };

  it('no more are run, and the explorer does not say that these were all', () => {
    const { ran, isExhaustive } = explore(scenario, { limit: 100 });
    expect(ran.length).toBe(100);
    expect(isExhaustive).toBe(false);
  });

  it('the second half is sampled from all that is left, each once, and by the seed', () => {
    const [one, same, other] = ['a', 'a', 'b'].map((seed) => explore(scenario, { limit: 100, seed }).ran);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(one!.slice(0, 50)).toEqual(other!.slice(0, 50));
    expect(new Set(one!.map(({ order }) => order.join())).size).toBe(100);
    const most = (ran: Ran[]) => Math.max(...ran.map(({ preemptions }) => preemptions));
    expect(most(one!.slice(50))).toBeGreaterThan(most(one!.slice(0, 50)));
  });

  it('a limit that is enough after all is exhaustive', () => {
    const { ran, isExhaustive } = explore(scenario, { limit: 1680 });
    expect(ran.length).toBe(1680);
    expect(isExhaustive).toBe(true);
  });
});

it('a step that depends on what nobody sees is found out', () => {
  const orders = new Orders(10, 'seed');
  const step = (actor: string, touched: string[], gives: string[] = []) => {
    return { actor, touches: touched, takes: [actor], gives };
  };
  orders.record(['a', 'b'], [step('a', ['x']), step('b', ['x'])]);
  orders.record(['a', 'b'], [step('b', ['x']), step('a', ['x'])]);
  expect(() => orders.record(['a', 'b'], [step('b', ['x']), step('a', ['y'])])).toThrow(
    'The same step of "a" did one thing in one order and another in the next',
  );
});
