import { Chance } from '../swarm/chance.ts';
import { hashOf, together } from './hash.ts';

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
 * Steps that touch nothing in common may change places, and orders that become the same by that are equivalent. What was
 * run is kept as the graph of all beginnings of all equivalent orders. A turn that the graph does not have leads to an
 * order that is equivalent to none before; so each class is run once, by one of its orders of fewest preemptions.
 *
 * Of the graph, hashes are kept. An event is a step and all that it depends on: it does the same in every order in which
 * that comes before it. A place is the set of the events so far: the same was done, and the same comes next.
 */
export class Orders {
  readonly #limit: number;
  readonly #chance: Chance;
  /** Who has a turn, by place; equal lists are one. */
  readonly #turns = new Map<number, readonly string[]>();
  readonly #lists = new Map<string, readonly string[]>();
  /** What a turn does that was run: the event, by place and actor. */
  readonly #events = new Map<number, number>();
  /** Places, each with after whose step it was come to. */
  readonly #reached = new Set<number>();
  /** Ways to come to a place: each is the way before it and a turn. The first is the beginning. */
  readonly #way = { places: [] as number[], before: [] as number[], actors: [] as string[] };
  /** Turns to look at, by their number of preemptions: of a way, and of the list of who has a turn after it. */
  readonly #moves: number[][] = [];
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
      const way = Math.floor(moves[index]! / turnsAtMost);
      const place = this.#way.places[way]!;
      const actor = this.#turns.get(place)![moves[index]! % turnsAtMost]!;
      const event = this.#events.get(turnOf(place, actor));
      if (event === undefined) return [...this.#orderOf(way), actor];
      moves[index] = moves.at(-1)!;
      moves.pop();
      this.#reach(together(place, event), this.#moves.indexOf(moves), way, actor);
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
    const events = eventsOf(steps);
    this.#notePlace(start, turns);
    const beginnings: { place: number; done: readonly Event[] }[] = [{ place: start, done: [] }];
    const seen = new Set<number>();
    for (const { place, done } of beginnings) {
      for (const [index, event] of events.entries()) {
        if (done.includes(event) || !event.causes.every((cause) => done.includes(cause))) continue;
        const { actor } = steps[index]!;
        const known = this.#events.get(turnOf(place, actor)) ?? event.hash;
        if (known !== event.hash) throw unsteady(actor);
        const to = together(place, event.hash);
        this.#events.set(turnOf(place, actor), event.hash);
        if (seen.has(to)) continue;
        seen.add(to);
        this.#notePlace(to, turnsAfter(steps[index]!, this.#turns.get(place)!));
        beginnings.push({ place: to, done: [...done, event] });
      }
    }
    if (this.#run++ === 0) this.#reach(start, 0, -1, '');
  }

  #notePlace(place: number, turns: readonly string[]): void {
    if (this.#turns.has(place)) return; // moves count on the order of the list
    const key = turns.join('.');
    if (!this.#lists.has(key)) this.#lists.set(key, turns);
    this.#turns.set(place, this.#lists.get(key)!);
  }

  #orderOf(way: number): string[] {
    return way <= 0 ? [] : [...this.#orderOf(this.#way.before[way]!), this.#way.actors[way]!];
  }

  /** @param before the way on which `actor` has a turn that leads there */
  #reach(place: number, preemptions: number, before: number, actor: string): void {
    const last = [actor, ...this.#orderOf(before).reverse()].find((name) => !isArrival(name)) || undefined;
    const reached = together(place, hashOf(`after ${last}`));
    if (this.#reached.has(reached)) return;
    this.#reached.add(reached);
    const way = this.#way.places.push(place) - 1;
    this.#way.before.push(before);
    this.#way.actors.push(actor);
    const turns = this.#turns.get(place)!;
    // The one added last is looked at first.
    for (const next of [...new Set(turns)].reverse()) {
      const sum = preemptions + preemptionsOf(next, turns, last);
      while (this.#moves.length <= sum) this.#moves.push([]);
      this.#moves[sum]!.push(way * turnsAtMost + turns.indexOf(next));
    }
  }
}

/** The place where nothing was done. */
const start = hashOf('start');

/** Who has a turn at one place, and what is in flight there, are fewer. */
const turnsAtMost = 2 ** 16;

const turnOf = (place: number, actor: string) => together(place, hashOf(`turn ${actor}`));

interface Event {
  readonly hash: number;
  readonly causes: readonly Event[];
}

function eventsOf(steps: readonly Step[]): Event[] {
  const lastOn = new Map<string, Event>();
  let lastOnAll: Event[] = [];
  return steps.map(({ actor, touches }) => {
    const names = touches && [actor, ...touches];
    const former = names?.flatMap((name) => lastOn.get(name) ?? []) ?? lastOn.values();
    const causes = [...new Set([...former, ...lastOnAll])];
    const event = { hash: hashOf(`${actor} ${causes.map(({ hash }) => hash).sort()}`), causes };
    if (names === undefined) {
      lastOn.clear();
      lastOnAll = [event];
    }
    for (const name of names ?? []) lastOn.set(name, event);
    return event;
  });
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
