import { type DeliveryReport, type DropReason, dropReason } from './delivery-report.ts';
import type { EchoPlan, RecipientPlan } from './plan-delivery.ts';
import type { PublishSource } from './sim-event.ts';

const fanOutsTogether = 256;

/** What has happened, in numbers. Plain ones: counting is part of every publish. */
export class Counters {
  readonly publishes: Record<PublishSource, number> = { rongcloud: 0, sim: 0, client: 0, embedded: 0 };
  recipients = 0;
  /** Sessions that got a message. */
  deliveries = 0;
  /** Recipients who did not get one. */
  readonly drops: Record<DropReason, number> = {
    offline: 0,
    blocked: 0,
    backpressure: 0,
    unknown: 0,
    fault: 0,
  };
  /** Sessions that got an echo. */
  echoes = 0;
  kicks = 0;
  /** How many are open now: the one number that also falls. */
  sessions = 0;
  /** Requests, by the code of A5. */
  readonly refused = new Map<number, number>();
  /** Events of the webhook: answered with a success; given up after all retries; too many at once. */
  readonly webhookEvents = { delivered: 0, failed: 0, overflow: 0 };
  /** Errors of this program's own: each is a defect. */
  internalErrors = 0;
  /** How long publishes took, from their judgement to the last socket. */
  #fanOutsMs: number[] = [];
  readonly #onFanOuts: (ms: readonly number[]) => void;

  /** @param onFanOuts is told how long fan-outs took, many at a time: one by one it would cost several times as much */
  constructor(onFanOuts: (ms: readonly number[]) => void = () => {}) {
    this.#onFanOuts = onFanOuts;
  }

  /** What became of one recipient. `misses` says why, for each session of the plan that did not get it. */
  recipient({ sessions, drop }: RecipientPlan<unknown>, misses: readonly DropReason[]): void {
    const delivered = sessions.length - misses.length;
    this.recipients++;
    this.deliveries += delivered;
    if (delivered === 0) this.drops[dropReason(drop, misses)]++;
  }

  /** What became of the echo. */
  echo({ sessions }: EchoPlan<unknown>, misses: readonly DropReason[]): void {
    this.echoes += sessions.length - misses.length;
  }

  /** The sessions that a report counts, whatever becomes of its recipients as a whole. */
  reached({ recipients, echo }: DeliveryReport): void {
    for (const row of recipients) if (row.outcome === 'delivered') this.deliveries += row.sessions;
    if (echo.outcome === 'echoed') this.echoes += echo.sessions;
  }

  /** What became of the recipients as a whole. */
  judged({ recipients }: DeliveryReport): void {
    this.recipients += recipients.length;
    for (const row of recipients) if (row.outcome === 'dropped') this.drops[row.reason]++;
  }

  noteFanOut(ms: number): void {
    this.#fanOutsMs.push(ms);
    if (this.#fanOutsMs.length === fanOutsTogether) this.flushFanOuts();
  }

  flushFanOuts(): void {
    this.#onFanOuts(this.#fanOutsMs);
    this.#fanOutsMs = [];
  }

  refuse(code: number): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
  }
}
