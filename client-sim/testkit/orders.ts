import { Chance } from '../swarm/chance.ts';

/** One step of an order, as it was run. */
export interface Step {
  readonly actor: string;
  /** Names of what it has to do with; undefined when nobody can say, which is with everything. */
  readonly touches: readonly string[] | undefined;
  /** Whose turns it used up, its actor's among them; a name for each turn. */
  readonly takes: readonly string[];
  /** Who has a turn more after it. */
  readonly gives: readonly string[];
}

/** What was done so far, in whatever order: the same comes next. */
interface Place {
  /** Who has a turn. */
  readonly turns: readonly string[];
  /** The turns that were run: what each depended on, and where it leads. */
  ways: readonly { readonly actor: string; readonly causes: readonly string[]; readonly to: Place }[];
  /** After whose steps it has been visited. */
  visitedAfter: List;
}

/** A turn at a place, and an order of fewest preemptions that leads there. */
interface Move {
  readonly place: Place;
  readonly order: readonly string[];
  readonly actor: string;
}

/** An arrival: it takes its turn at once, unless the order is about its coming late. */
export const isArrival = (actor: string) => actor.startsWith('>');

/** How often a turn of `actor` cuts in: on the actor before, who could go on, and on what could arrive. */
export function preemptionsOf(actor: string, enabled: readonly string[], last: string | undefined): number {
  if (isArrival(actor)) return 0;
  return Number(actor !== last && enabled.includes(last!)) + Number(enabled.some(isArrival));
}

/** Whose step was the last, but for arrivals. */
const lastOf = (order: readonly string[]) => order.findLast((actor) => !isArrival(actor));

/**
 * The orders of a scenario that is known only by running it, those of fewest preemptions first.
 *
 * Steps that touch nothing in common may change places, and orders that become the same by that are equivalent. What was
 * run is kept as the graph of all beginnings of all equivalent orders. A turn that the graph does not have leads to an
 * order that is equivalent to none before; so each class is run once, by one of its orders of fewest preemptions.
 */
export class Orders {
  /** How many were run. */
  run = 0;
  readonly #limit: number;
  readonly #chance: Chance;
  /** Where nothing is done. */
  #start: Place | undefined;
  /** Turns to look at, by the preemptions up to them. */
  readonly #moves: Move[][] = [];
  readonly #lists = new Map<string, List>();

  constructor(limit: number, seed: string) {
    this.#limit = limit;
    this.#chance = new Chance(seed);
  }

  /** Whether orders are chosen by chance now: half of the limit is used up, and the other will not do for all. */
  get isSampling(): boolean {
    const left = this.#limit - this.run;
    return left <= this.#limit / 2 && this.#moves.reduce((sum, { length }) => sum + length, 0) > left;
  }

  /** How the order to run next begins; undefined when none is left. */
  next(): string[] | undefined {
    if (this.#start === undefined) return [];
    for (;;) {
      const waiting = this.#moves.filter(({ length }) => length > 0);
      if (waiting.length === 0) return undefined;
      const moves = this.isSampling ? this.#chance.pick(waiting) : waiting[0]!;
      const index = this.isSampling ? this.#chance.below(moves.length) : moves.length - 1;
      const { place, order, actor } = moves[index]!;
      const longer = [...order, actor];
      const way = place.ways.find((each) => each.actor === actor);
      if (way === undefined) return longer;
      moves[index] = moves.at(-1)!;
      moves.pop();
      this.#visit(way.to, longer, this.#moves.indexOf(moves));
    }
  }

  /** Who goes on when the beginning has been run. */
  choose(enabled: readonly string[], last: string | undefined): string {
    if (this.isSampling) return this.#chance.pick(enabled);
    return enabled.find((actor) => preemptionsOf(actor, enabled, last) === 0)!;
  }

  /**
   * Notes what was run.
   * @param turns who had one before the first step
   * @throws Error when steps did something else than before, although nothing they touch had changed
   */
  record(turns: readonly string[], steps: readonly Step[]): void {
    this.run++;
    this.#start ??= newPlace(turns);
    this.#visit(this.#start, [], 0);
    const events = eventsOf(steps);
    const places = new Map([[0n, this.#start]]);
    for (const [done, place] of places) {
      for (const { step, bit, causes, names } of events) {
        if ((done & bit) !== 0n || (done & causes) !== causes) continue;
        const { actor } = step;
        let way = place.ways.find((each) => each.actor === actor);
        if (way === undefined) {
          const to = places.get(done | bit) ?? newPlace(this.#one(turnsAfter(step, place.turns)));
          way = { actor, causes: this.#one(names), to };
          place.ways = [...place.ways, way];
        }
        if (way.causes !== this.#one(names)) throw unsteady(actor);
        places.set(done | bit, way.to);
      }
    }
  }

  /** Equal lists are one: there are few of them, and many places. */
  #one<T extends List>(list: T): T {
    const key = JSON.stringify(list);
    if (!this.#lists.has(key)) this.#lists.set(key, list);
    return this.#lists.get(key) as T;
  }

  #visit(place: Place, order: readonly string[], preemptions: number): void {
    const last = lastOf(order);
    if (place.visitedAfter.includes(last)) return;
    place.visitedAfter = this.#one([...place.visitedAfter, last]);
    // The one added last is looked at first.
    for (const actor of [...new Set(place.turns)].reverse()) {
      const sum = preemptions + preemptionsOf(actor, place.turns, last);
      this.#moves[sum] ??= [];
      this.#moves[sum].push({ place, order, actor });
    }
  }
}

/** A step, and which before it it depends on: those of its actor, and those that touch the same. */
interface Event {
  readonly step: Step;
  /** Its own in a set of steps. */
  readonly bit: bigint;
  readonly causes: bigint;
  /** The same ones by name, which does not depend on the order. */
  readonly names: readonly string[];
}

function eventsOf(steps: readonly Step[]): Event[] {
  const names = steps.map(({ actor }, index) => {
    return `${actor} ${steps.slice(0, index).filter((step) => step.actor === actor).length}`;
  });
  return steps.map((step, index) => {
    const causes = [...steps.slice(0, index).keys()].filter((each) => meet(steps[each]!, step));
    return {
      step,
      bit: 1n << BigInt(index),
      causes: causes.reduce((set, cause) => set | (1n << BigInt(cause)), 0n),
      names: causes.map((cause) => names[cause]!).sort(),
    };
  });
}

function meet(one: Step, other: Step): boolean {
  if (one.actor === other.actor || !one.touches || !other.touches) return true;
  return one.touches.some((name) => other.touches!.includes(name));
}

function turnsAfter({ takes, gives }: Step, turns: readonly string[]): string[] {
  const left = [...turns, ...gives];
  for (const name of takes) left.splice(left.indexOf(name), 1);
  return left;
}

function unsteady(actor: string): Error {
  return new Error(
    `The same step of ${JSON.stringify(actor)} did one thing in one order and another in the next, although nothing it ` +
      'touches had changed: it depends on chance, on real time, or on what explore cannot see. Name that in its turn().',
  );
}

const none: readonly never[] = [];
const newPlace = (turns: readonly string[]): Place => ({ turns, ways: none, visitedAfter: none });

type List = readonly (string | undefined)[];
