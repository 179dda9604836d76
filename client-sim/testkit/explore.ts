import { AssertionError } from 'node:assert';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { startSimulator } from '../../server/index.ts';
import { ExploredApp } from './explored-app.ts';
import { type OrderRun, runOrder, type Scenario } from './order-run.ts';
import { Orders } from './orders.ts';

export interface ExploreOptions {
  /** Orders that are run at most; 10,000 unless told. When they are not enough, half of them are chosen by chance. */
  limit?: number | undefined;
  /** What is delivered does not arrive at once: each arrival at a session is a step of its own. */
  inFlight?: boolean | undefined;
  /** Only this order is run, as a failure names it. */
  replay?: string | undefined;
  /** Of ids and of chance; the same one unless told. */
  seed?: string | undefined;
  /** Real time that a step may take; 5000 unless told. */
  timeoutMs?: number | undefined;
}

export interface Explored {
  /** How many orders were run. */
  orders: number;
  /** How many classes of equivalent orders these were of. */
  distinct: number;
  /** Whether there is no other class. */
  exhaustive: boolean;
}

/**
 * Runs a scenario in every order of its steps: those of fewest preemptions first, and equivalent ones once.
 * @param test whose name a failure is to begin with
 * @throws AssertionError that tells the first order that fails, step by step, and how to run it again
 */
export async function explore(
  scenario: Scenario,
  { limit = 10_000, inFlight = false, replay, seed = usualSeed, timeoutMs = 5000 }: ExploreOptions = {},
  test?: string,
): Promise<Explored> {
  const orders = new Orders(limit, seed);
  const simulator = await startSimulator({ seed });
  const port = Number(new URL(simulator.url).port);
  let app: ExploredApp | undefined;
  const onRequest = (message: unknown) => {
    const { url, socket } = (message as { request: IncomingMessage }).request;
    if (socket.localPort === port) app?.noteCall(url!);
  };
  const runFrom = async (start: readonly string[]) => {
    const sim = new ExploredApp(simulator, simulator.app('explore'), inFlight);
    app = sim;
    const choose: Orders['choose'] = (...now) => start[sim.steps.length] ?? orders.choose(...now);
    const run = await runOrder(sim, scenario, choose, timeoutMs);
    if (run.failure !== undefined) throw failureOf(run, orders, { inFlight, seed }, test);
    orders.record(run.turns, run.steps);
  };
  subscribe(requestStart, onRequest);
  try {
    if (replay !== undefined) await runFrom(replay.split('.'));
    else {
      for (let start = orders.next(); start && orders.run < limit; start = orders.next())
        await runFrom(start);
    }
    const exhaustive = replay === undefined && orders.next() === undefined;
    return { orders: orders.run, distinct: orders.run, exhaustive };
  } finally {
    unsubscribe(requestStart, onRequest);
    await simulator.close();
  }
}

const requestStart = 'http.server.request.start';
const usualSeed = 'explore';

function failureOf(
  { steps, preemptions, failure }: OrderRun,
  { run, isSampling }: Orders,
  { inFlight, seed }: { inFlight: boolean; seed: string },
  test: string | undefined,
): AssertionError {
  const { when, error } = failure!;
  const again = [
    `replay: '${steps.map(({ actor }) => actor).join('.')}'`,
    ...(inFlight ? ['inFlight: true'] : []),
    ...(seed === usualSeed ? [] : [`seed: ${JSON.stringify(seed)}`]),
  ];
  const message = [
    `${test === undefined ? '' : `${test}: `}order ${run + 1} fails, with ${counted(preemptions, 'preemption')}:`,
    ...steps.map(({ actor, label, brought }) => {
      return `  ${actor}: ${label}${brought.length > 0 ? ` → ${brought.join(', ')}` : ''}`;
    }),
    `and ${when}: ${error instanceof Error ? error.message : error}`,
    ...(isSampling ? ['It was found by chance: there may be a smaller one.'] : []),
    `This order alone: { ${again.join(', ')} }`,
  ].join('\n');
  return Object.assign(new AssertionError({ message }), { cause: error });
}

const counted = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;
