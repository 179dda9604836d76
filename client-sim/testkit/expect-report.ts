import type { DeliveryReport, DropReason } from '../../server/core/delivery-report.ts';
import { toHaveDelivered, toHaveDropped, toHaveEchoed } from './report-matchers.ts';
import { enforce } from './verdict.ts';

/** Assertions about a delivery report. Each throws an AssertionError that explains itself. */
export interface ReportAssertions {
  /** The recipient did not get the message, for this reason if given. */
  toHaveDropped(userId: string, reason?: DropReason): void;
  /** The recipient got the message, in this many sessions if given. */
  toHaveDelivered(userId: string, sessions?: number): void;
  /** The sender got a copy, in this many sessions if given. */
  toHaveEchoed(sessions?: number): void;
  /** Negated. */
  readonly not: ReportAssertions;
}

/** Assertions about a delivery report, for any test runner. */
export function expectReport(report: DeliveryReport): ReportAssertions {
  return assertionsOf(report, false);
}

function assertionsOf(report: DeliveryReport, not: boolean): ReportAssertions {
  return {
    toHaveDropped: (userId, reason) => enforce(toHaveDropped(report, userId, reason), not),
    toHaveDelivered: (userId, sessions) => enforce(toHaveDelivered(report, userId, sessions), not),
    toHaveEchoed: (sessions) => enforce(toHaveEchoed(report, sessions), not),
    get not() {
      return assertionsOf(report, !not);
    },
  };
}
