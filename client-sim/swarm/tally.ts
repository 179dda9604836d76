import { createHistogram } from 'node:perf_hooks';
import type { Case } from './case.ts';
import { type Fault, faults, type Ruling } from './ruling.ts';

/** Why a message did not reach a recipient, when that was right. */
const dropReasons = ['offline', 'changing', 'refused', 'unanswered'] as const;

type DropReason = (typeof dropReasons)[number];

/** Numbers of all that was settled. */
export class Tally {
  /** Requests of the back end, and typing frames of the clients. */
  readonly sent = { request: 0, frame: 0 };
  /** Of both, how many were answered by an error; by its code. */
  readonly refused = new Map<number, { count: number; errorMessage: string }>();
  /** Of both, how many got no answer at all. */
  readonly unanswered = { count: 0, reason: '' };
  /** One for each recipient: delivered, dropped and lost together. */
  messages = 0;
  delivered = 0;
  readonly dropped: Record<DropReason, number> = countsOf(dropReasons);
  echoes = 0;
  readonly faults: Record<Fault, number> = countsOf(faults);
  readonly #latency = createHistogram();

  get violations(): number {
    return Object.values(this.faults).reduce((sum, count) => sum + count, 0);
  }

  /** From sending the request to the arrival of the message, in milliseconds; undefined while nothing has arrived. */
  get latencyMs(): { p50: number; p99: number; max: number } | undefined {
    const histogram = this.#latency;
    if (histogram.count === 0) return undefined;
    const ms = (microseconds: number) => microseconds / 1000;
    return { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) };
  }

  /** Counts a case that was settled just now. */
  add(settled: Case): void {
    const { publication, answer } = settled;
    this.sent[publication.via] += 1;
    if (answer?.outcome === 'refused') this.#addRefusal(answer.code, answer.errorMessage);
    if (answer?.outcome === 'unanswered') this.#addUnanswered(answer.reason);
    this.messages += publication.toUserIds.length;
    if (answer?.outcome === 'refused') this.dropped.refused += publication.toUserIds.length;
    for (const ruling of settled.rulings) this.#addRuling(ruling, settled);
  }

  #addRefusal(code: number, errorMessage: string): void {
    const { count } = this.refused.get(code) ?? { count: 0 };
    this.refused.set(code, { count: count + 1, errorMessage });
  }

  #addUnanswered(reason: string): void {
    this.unanswered.count += 1;
    this.unanswered.reason = reason;
  }

  #addRuling(ruling: Ruling, { answer, sentAt }: Case): void {
    for (const fault of ruling.faults) this.faults[fault] += 1;
    const { due, delivered, certainty } = ruling;
    if (due?.kind === 'echo' && delivered) this.echoes += 1;
    if (due?.kind !== 'status') return;
    if (delivered) {
      this.delivered += 1;
      this.#latency.record(Math.max(1, Math.round((delivered.at - sentAt) * 1000)));
    } else if (certainty !== 'online') {
      this.dropped[answer?.outcome === 'unanswered' ? 'unanswered' : certainty] += 1;
    }
  }
}

function countsOf<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}
