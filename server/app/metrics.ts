import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { shownCounters } from '../../client-sim/docs/metrics-docs.ts';
import { Counters } from '../core/counters.ts';
import { version } from '../version.ts';

/** From 50 microseconds to a second. */
const fanOutBuckets = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1];

/**
 * The figures of one simulator, for Prometheus (B6.11). The only label that a caller can have a say in is the key of an
 * app, and only of a configured one: users, contents and the apps of open mode leave no trace here.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counters>();
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 });
  readonly #fanOut: Histogram;
  readonly contentType = this.#registry.contentType;

  /** Each figure says from now on which node of a cluster it is of. */
  ofNode(node: string): void {
    this.#registry.setDefaultLabels({ node });
  }

  constructor() {
    this.#loopDelay.enable();
    for (const [name, [help, counter, label]] of Object.entries(shownCounters)) {
      const labels = label === undefined ? ['app'] : ['app', label];
      this.#show(Counter, `${name}_total`, help, labels, (add) => {
        for (const [app, counters] of this.#counters) {
          for (const [value, count] of entriesOf(counters[counter]))
            add(count, app, ...(label === undefined ? [] : [value]));
        }
      });
    }
    this.#fanOut = new Histogram({
      name: 'status_sim_fan_out_seconds',
      help: 'From the judgement of a publish to the last socket.',
      buckets: fanOutBuckets,
      registers: [this.#registry],
      collect: () => {
        for (const counters of this.#counters.values()) counters.flushFanOuts();
      },
    });
    this.#show(Gauge, 'sessions', 'Open sessions.', ['app'], (add) => {
      for (const [app, { sessions }] of this.#counters) add(sessions, app);
    });
    const delayHelp = 'How late timers were since the last look at this figure.';
    this.#show(Gauge, 'event_loop_delay_seconds', delayHelp, ['quantile'], (add) => {
      for (const percent of [50, 99, 100]) add(this.#loopDelay.percentile(percent) / 1e9, percent / 100);
      this.#loopDelay.reset();
    });
    this.#show(Gauge, 'info', 'The version that runs.', ['version'], (add) => add(1, version));
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** What all apps with this label count with. No label: apps of open mode, and requests that name no app. */
  countersOf(label: string): Counters {
    const counters =
      this.#counters.get(label) ??
      new Counters((fanOuts) => {
        for (const ms of fanOuts) this.#fanOut.observe(ms / 1000);
      });
    this.#counters.set(label, counters);
    return counters;
  }

  /** Stops watching the event loop. */
  close(): void {
    this.#loopDelay.disable();
  }

  /** @param read adds each value, with those of its labels in their order */
  #show(
    Kind: typeof Counter | typeof Gauge,
    name: string,
    help: string,
    labelNames: string[],
    read: (add: (value: number, ...labels: (string | number)[]) => void) => void,
  ): void {
    const metric: Counter | Gauge = new Kind({
      name: `status_sim_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect: () => {
        metric.reset();
        read((value, ...labels) => metric.labels(...labels.map(String)).inc(value));
      },
    });
  }
}

/** What a counter holds, by the value of its label. */
function entriesOf(counted: unknown): Iterable<readonly [string | number, number]> {
  if (typeof counted === 'number') return [['', counted]];
  return counted instanceof Map ? counted : Object.entries(counted as Record<string, number>);
}
