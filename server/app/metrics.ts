import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Counters } from '../core/counters.ts';
import { version } from '../version.ts';

/** What is counted, as `GET /metrics` shows it: names, what they mean, and by which label they are told apart. */
const shown: { name: string; help: string; label?: string; read(counters: Counters): [string, number][] }[] =
  [
    {
      name: 'publishes_total',
      help: 'Accepted publishes, one for each group, by where they came in.',
      label: 'via',
      read: ({ publishes }) => Object.entries(publishes),
    },
    {
      name: 'recipients_total',
      help: 'Recipients of publishes.',
      read: ({ recipients }) => [['', recipients]],
    },
    {
      name: 'deliveries_total',
      help: 'Sessions that got a message.',
      read: ({ deliveries }) => [['', deliveries]],
    },
    {
      name: 'drops_total',
      help: 'Recipients who did not get a message.',
      label: 'reason',
      read: ({ drops }) => Object.entries(drops),
    },
    { name: 'echoes_total', help: 'Sessions that got an echo.', read: ({ echoes }) => [['', echoes]] },
    {
      name: 'kicks_total',
      help: 'Sessions that a later login closed.',
      read: ({ kicks }) => [['', kicks]],
    },
    {
      name: 'refused_total',
      help: 'Refused requests and frames, by code.',
      label: 'code',
      read: ({ refused }) => [...refused].map(([code, count]) => [String(code), count]),
    },
    {
      name: 'internal_errors_total',
      help: "Errors of the simulator's own; please report them.",
      read: ({ internalErrors }) => [['', internalErrors]],
    },
    {
      name: 'webhook_events_total',
      help: 'Events of the online-status webhook, by what became of them.',
      label: 'outcome',
      read: ({ webhookEvents }) => Object.entries(webhookEvents),
    },
  ];

/** From 50 microseconds to a second. */
const fanOutBuckets = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1];

/**
 * The figures of one simulator, for Prometheus (B6.11). The only label that a caller can have a say in is the key of an
 * app, and only of a configured one: users, contents and the apps of open mode leave no trace here.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counters>();
  readonly #fanOut: Histogram;
  readonly #loopDelay: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    this.#loopDelay.enable();
    const registers = [this.#registry];
    for (const counter of shown) this.#addCounter(counter);
    this.#fanOut = new Histogram({
      name: 'status_sim_fan_out_seconds',
      help: 'From the judgement of a publish to the last socket.',
      buckets: fanOutBuckets,
      registers,
      collect: () => {
        for (const counters of this.#counters.values()) counters.flushFanOuts();
      },
    });
    const all = this.#counters;
    new Gauge({
      name: 'status_sim_sessions',
      help: 'Open sessions.',
      labelNames: ['app'],
      registers,
      collect() {
        for (const [app, { sessions }] of all) this.set({ app }, sessions);
      },
    });
    const loopDelay = this.#loopDelay;
    new Gauge({
      name: 'status_sim_event_loop_delay_seconds',
      help: 'How late timers were since the last look at this figure.',
      labelNames: ['quantile'],
      registers,
      collect() {
        for (const percent of [50, 99, 100]) {
          this.set({ quantile: percent / 100 }, loopDelay.percentile(percent) / 1e9);
        }
        loopDelay.reset();
      },
    });
    new Gauge({
      name: 'status_sim_info',
      help: 'The version that runs.',
      labelNames: ['version'],
      registers,
    }).set({ version }, 1);
  }

  readonly contentType = this.#registry.contentType;

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

  #addCounter({ name, help, label, read }: (typeof shown)[number]): void {
    const all = this.#counters;
    new Counter({
      name: `status_sim_${name}`,
      help,
      labelNames: label === undefined ? ['app'] : ['app', label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [app, counters] of all) {
          for (const [value, count] of read(counters)) {
            this.inc(label === undefined ? { app } : { app, [label]: value }, count);
          }
        }
      },
    });
  }
}
