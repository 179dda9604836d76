import { type DeliveryReport, type DropReason, dropReason } from './delivery-report.ts';
import type { EchoPlan, RecipientPlan } from './plan-delivery.ts';
import type { PublishSource } from './sim-event.ts';

const fanOutsTogether = 256;

/** What has happened, in numbers: plain ones, because every publish counts. */
export class Counters {
  readonly publishes: Record<PublishSource, number> = { rongcloud: 0, sim: 0, client: 0, embedded: 0 };
  recipients = 0;
  deliveries = 0; // sessions that got a message
  /** Recipients who did not get one. */
  readonly drops: Record<DropReason, number> = {
    offline: 0,
    blocked: 0,
    backpressure: 0,
    unknown: 0,
    fault: 0,
  };
  echoes = 0; // sessions that got an echo
  kicks = 0;
  sessions = 0; // open now: the one number that also falls
  readonly refused = new Map<number, number>(); // requests, by the code of A5
  /** Events of webhooks: answered with success, given up after all retries, or lost because too many waited. */
  readonly webhookEvents = { delivered: 0, failed: 0, overflow: 0 };
  internalErrors = 0; // each is a defect of this program
  /** How long publishes took, from their plan to the last socket. */
  #fanOutsMs: number[] = [];
  readonly #onFanOuts: (ms: readonly number[]) => void;

  /** @param onFanOuts is told how long fan-outs took, many at a time: one by one it would cost several times as much */
  constructor(onFanOuts: (ms: readonly number[]) => void = () => {}) {
    this.#onFanOuts = onFanOuts;
  }

  /** Counts one recipient. `misses` says why, for each session of the plan that did not get the message. */
  recipient({ sessions, drop }: RecipientPlan<unknown>, misses: readonly DropReason[]): void {
    const delivered = sessions.length - misses.length;
    this.recipients++;
    this.deliveries += delivered;
    if (delivered === 0) this.drops[dropReason(drop, misses)]++;
  }

  /** Counts the echo. */
  echo({ sessions }: EchoPlan<unknown>, misses: readonly DropReason[]): void {
    this.echoes += sessions.length - misses.length;
  }

  /** Counts the sessions in a report, whatever becomes of its recipients on all nodes. */
  reached({ recipients, echo }: DeliveryReport): void {
    for (const row of recipients) if (row.outcome === 'delivered') this.deliveries += row.sessions;
    if (echo.outcome === 'echoed') this.echoes += echo.sessions;
  }

  /** Counts what became of the recipients on all nodes. */
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
