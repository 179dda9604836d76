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
interface Event {
  readonly id: number;
  readonly actor: string;
  readonly causes: readonly Event[];
}

/** Where equivalent beginnings of orders lead: the same was done, and the same comes next. */
interface Place {
  /** Who has a turn, once for each. */
  readonly turns: readonly string[];
  /** The turns that were run, and where they lead. */
  readonly ways: { readonly event: Event; readonly to: Place }[];
  /** After whose steps it was come to. */
  readonly reachedAfter: (string | undefined)[];
}

/** A turn at a place, and the cheapest way to it. */
interface Move {
  readonly place: Place;
  readonly actor: string;
  /** Whose step came before. */
  readonly last: string | undefined;
  readonly before: Move | undefined;
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
      const way = move.place.ways.find(({ event }) => event.actor === move.actor);
      if (way === undefined) return orderOf(move);
      moves[index] = moves.at(-1)!;
      moves.pop();
      this.#reach(way.to, move);
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
    const start = this.#place([], () => turns);
    const beginnings: [Event[], Place][] = [[[], start]];
    const seen = new Set<Place>();
    for (const [beginning, place] of beginnings) {
      for (const [index, event] of events.entries()) {
        if (beginning.includes(event) || !event.causes.every((cause) => beginning.includes(cause))) continue;
        const longer = [...beginning, event];
        let way = place.ways.find(({ event: { actor } }) => actor === event.actor);
        if (way === undefined) {
          way = { event, to: this.#place(longer, () => turnsAfter(steps[index]!, place.turns)) };
          place.ways.push(way);
        }
        if (way.event !== event) throw unsteady(event.actor);
        if (seen.has(way.to)) continue;
        seen.add(way.to);
        beginnings.push([longer, way.to]);
      }
    }
    if (this.#run++ === 0) this.#reach(start);
  }

  #eventsOf(steps: readonly Step[]): Event[] {
    const lastOn = new Map<string, Event>();
    let lastOnAll: Event[] = [];
    return steps.map(({ actor, touches }) => {
      const names = touches && [actor, ...touches];
      const former = names?.flatMap((name) => lastOn.get(name) ?? []) ?? lastOn.values();
      const event = this.#event(actor, [...new Set([...former, ...lastOnAll])]);
      if (names === undefined) {
        lastOn.clear();
        lastOnAll = [event];
      }
      for (const name of names ?? []) lastOn.set(name, event);
      return event;
    });
  }

  #event(actor: string, causes: Event[]): Event {
    const key = `${actor} ${idsOf(causes)}`;
    const event = this.#events.get(key) ?? { id: this.#events.size, actor, causes };
    this.#events.set(key, event);
    return event;
  }

  /** @param events what was done there */
  #place(events: readonly Event[], turns: () => readonly string[]): Place {
    const key = idsOf(events.filter((event) => !events.some(({ causes }) => causes.includes(event))));
    const place = this.#places.get(key) ?? { turns: turns(), ways: [], reachedAfter: [] };
    this.#places.set(key, place);
    return place;
  }

  #reach(place: Place, move?: Move): void {
    const last = move !== undefined && isArrival(move.actor) ? move.last : move?.actor;
    if (place.reachedAfter.includes(last)) return;
    place.reachedAfter.push(last);
    // The one added last is looked at first.
    for (const actor of [...new Set(place.turns)].reverse()) {
      const preemptions = (move?.preemptions ?? 0) + preemptionsOf(actor, place.turns, last);
      while (this.#moves.length <= preemptions) this.#moves.push([]);
      this.#moves[preemptions]!.push({ place, actor, last, before: move, preemptions });
    }
  }
}

function orderOf({ before, actor }: Move): string[] {
  return [...(before === undefined ? [] : orderOf(before)), actor];
}

function idsOf(events: readonly Event[]): string {
  return events
    .map(({ id }) => id)
    .sort((one, other) => one - other)
    .join();
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
