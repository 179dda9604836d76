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

/** What a step does once all that it depends on was done: the same in every order in which that comes before it. */
interface Event extends Step {
  readonly id: number;
  readonly causes: readonly Event[];
}

/** Where equivalent beginnings of orders lead: the same was done, and the same comes next. */
interface Place {
  /** Who has a turn. */
  readonly enabled: readonly string[];
  /** Where a turn of each leads; absent when it was never run. */
  readonly next: Map<string, Place>;
  /** After whose steps it was come to. */
  readonly reachedAfter: Set<string | undefined>;
}

/** A turn at a place, and the cheapest way to it. */
interface Move {
  readonly place: Place;
  readonly actor: string;
  /** Whose step came before. */
  readonly last: string | undefined;
  readonly way: Move | undefined;
  /** Including this one. */
  readonly preemptions: number;
}

/** An arrival: it takes its turn at once, unless the order is about its coming late. */
export const isArrival = (actor: string) => actor.startsWith('>');

/** How often a turn of `actor` cuts in: on the actor before, who could go on, and on what could arrive. */
export function preemptionsOf(actor: string, enabled: readonly string[], last: string | undefined): number {
  if (isArrival(actor)) return 0;
  return Number(actor !== last && enabled.includes(last!)) + Number(enabled.some(isArrival));
}

/**
 * The orders of a scenario that is known only by running it, those of fewest preemptions first.
 *
 * Steps that touch nothing in common may change places, and orders that become the same by that are equivalent. What
 * was run is kept as the graph of all beginnings of all equivalent orders. A turn that the graph does not have leads to
 * an order that is equivalent to none before; so each class is run once, by one of its orders of fewest preemptions.
 */
export class Orders {
  readonly #limit: number;
  readonly #chance: Chance;
  readonly #events = new Map<string, Event>();
  readonly #places = new Map<string, Place>();
  /** Turns to look at, by their number of preemptions. */
  readonly #moves: Move[][] = [];
  #run = 0;

  constructor(limit: number, seed: string) {
    this.#limit = limit;
    this.#chance = new Chance(seed);
  }

  /** How many were run. */
  get run(): number {
    return this.#run;
  }

  /** Whether orders are chosen by chance now: half of the limit is used up, and the other will not do for all. */
  get isSampling(): boolean {
    const left = this.#limit - this.#run;
    return left <= this.#limit / 2 && this.#moves.reduce((sum, { length }) => sum + length, 0) > left;
  }

  /** How the order to run next begins; undefined when none is left. */
  next(): string[] | undefined {
    if (this.#run === 0) return [];
    for (;;) {
      const waiting = this.#moves.filter(({ length }) => length > 0);
      if (waiting.length === 0) return undefined;
      const moves = this.isSampling ? this.#chance.pick(waiting) : waiting[0]!;
      const index = this.isSampling ? this.#chance.below(moves.length) : moves.length - 1;
      const move = moves[index]!;
      const target = move.place.next.get(move.actor);
      if (target === undefined) return wayOf(move);
      moves[index] = moves.at(-1)!;
      moves.pop();
      this.#reach(target, move);
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
    const events = this.#eventsOf(steps);
    const beginnings: Event[][] = [[]];
    const seen = new Set<Place>();
    for (const beginning of beginnings) {
      const place = this.#placeAfter(beginning, turns);
      for (const event of events) {
        if (beginning.includes(event) || !event.causes.every((cause) => beginning.includes(cause))) continue;
        const longer = [...beginning, event];
        const target = this.#placeAfter(longer, turns);
        const before = place.next.get(event.actor) ?? target;
        if (before !== target) throw unsteady(event.actor);
        place.next.set(event.actor, target);
        if (seen.has(target)) continue;
        seen.add(target);
        beginnings.push(longer);
      }
    }
    if (this.#run++ === 0) this.#reach(this.#placeAfter([], turns));
  }

  #eventsOf(steps: readonly Step[]): Event[] {
    const lastOn = new Map<string, Event>();
    let lastOnAll: Event[] = [];
    return steps.map((step) => {
      const { actor, touches } = step;
      const names = touches && [actor, ...touches];
      const former = names?.flatMap((name) => lastOn.get(name) ?? []) ?? lastOn.values();
      const event = this.#event(step, [...new Set([...former, ...lastOnAll])]);
      if (names === undefined) {
        lastOn.clear();
        lastOnAll = [event];
      }
      for (const name of names ?? []) lastOn.set(name, event);
      return event;
    });
  }

  #event(step: Step, causes: Event[]): Event {
    const key = `${step.actor} ${idsOf(causes)}`;
    const event = this.#events.get(key) ?? { ...step, id: this.#events.size, causes };
    this.#events.set(key, event);
    return event;
  }

  #placeAfter(events: readonly Event[], turns: readonly string[]): Place {
    const key = idsOf(events);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place: Place = { enabled: turnsLeft(turns, events), next: new Map(), reachedAfter: new Set() };
    this.#places.set(key, place);
    return place;
  }

  #reach(place: Place, way?: Move): void {
    const last = way !== undefined && isArrival(way.actor) ? way.last : way?.actor;
    if (place.reachedAfter.has(last)) return;
    place.reachedAfter.add(last);
    // The last one added is the first one looked at.
    for (const actor of place.enabled.toReversed()) {
      const preemptions = (way?.preemptions ?? 0) + preemptionsOf(actor, place.enabled, last);
      for (let count = this.#moves.length; count <= preemptions; count++) this.#moves.push([]);
      this.#moves[preemptions]!.push({ place, actor, last, way, preemptions });
    }
  }
}

function wayOf(move: Move): string[] {
  return [...(move.way === undefined ? [] : wayOf(move.way)), move.actor];
}

function idsOf(events: readonly Event[]): string {
  return events
    .map(({ id }) => id)
    .sort((one, other) => one - other)
    .join();
}

function turnsLeft(turns: readonly string[], events: readonly Event[]): string[] {
  const left = new Map<string, number>();
  const add = (names: readonly string[], count: number) => {
    for (const name of names) left.set(name, (left.get(name) ?? 0) + count);
  };
  add(turns, 1);
  for (const { gives, takes } of events) {
    add(gives, 1);
    add(takes, -1);
  }
  return [...left].filter(([, count]) => count > 0).map(([name]) => name);
}

function unsteady(actor: string): Error {
  return new Error(
    `The same step of ${JSON.stringify(actor)} did one thing in one order and another in the next, although nothing it ` +
      'touches had changed: it depends on chance, on real time, or on what explore cannot see. Name that in its turn().',
  );
}
