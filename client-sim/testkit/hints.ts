import type { DeliveryReport, PublishEvent, Simulator } from '../../server/index.ts';
import { quote } from '../claims/quote.ts';

const bySimulator = new WeakMap<Simulator, Hints>();
const byReport = new WeakMap<DeliveryReport, string[]>();

const kept = 100;

/** A simulator's hints on publishes in any app: a back end may send another App-Key than the test's. */
export class Hints {
  readonly #latest: { appKey: string; hint: string }[] = [];
  /** The apps of tests. That two of them have a user of the same id is no mistake. */
  readonly ofTests = new Set<string>();

  /** All apps of a simulator share one. */
  static of(simulator: Simulator): Hints {
    const known = bySimulator.get(simulator);
    if (known) return known;
    const hints = new Hints();
    bySimulator.set(simulator, hints);
    simulator.on('publish', (event) => hints.add(event));
    return hints;
  }

  /** The hints on one publish. */
  static on(report: DeliveryReport): readonly string[] {
    return byReport.get(report) ?? [];
  }

  add({ appKey, report, hints = [] }: Pick<PublishEvent, 'appKey' | 'report' | 'hints'>): void {
    if (hints.length === 0) return;
    const useful = hints.filter((hint) => !this.#isOfAnotherTest(hint, appKey));
    byReport.set(report, useful);
    this.#latest.push(...useful.map((hint) => ({ appKey, hint })));
    this.#latest.splice(0, this.#latest.length - kept);
  }

  /** The latest hints in a test's app, and from elsewhere those that the user is online in it. */
  about(userId: string, appKey: string): string[] {
    const isSought = ({ appKey: where, hint }: { appKey: string; hint: string }) => {
      return (
        where === appKey ||
        (hint.startsWith(quote(userId)) && hint.endsWith(` online in app ${quote(appKey)}.`))
      );
    };
    return [...new Set(this.#latest.filter(isSought).map(({ hint }) => hint))].slice(-10);
  }

  #isOfAnotherTest(hint: string, appKey: string): boolean {
    const [, where] = /; online in app ("(?:[^"\\]|\\.)*")\.$/.exec(hint) ?? [];
    return where !== undefined && this.ofTests.has(appKey) && this.ofTests.has(JSON.parse(where));
  }
}
