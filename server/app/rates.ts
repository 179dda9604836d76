import type { Clock } from '../clock/app-clock.ts';
import { PublishRate } from '../core/publish-rate.ts';
import type { SimulatorSettings } from './settings.ts';

/** How many units of which rate a publish takes. */
export type Charge = readonly [rate: 'recipients' | 'groups' | 'broadcasts', units: number];

/** What one app may publish (B1.13, B1.15). */
export class Rates {
  readonly #make: () => Record<Charge[0], PublishRate>;
  #rates: Record<Charge[0], PublishRate>;

  constructor(settings: SimulatorSettings, clock: Clock) {
    const { recipientsPerMinute, groupsPerSecond, broadcastsPerMinute } = settings;
    this.#make = () => ({
      recipients: new PublishRate(recipientsPerMinute, 'messages a minute', 60_000, clock),
      groups: new PublishRate(groupsPerSecond, 'messages a second to groups', 1000, clock),
      broadcasts: new PublishRate(broadcastsPerMinute, 'broadcasts a minute', 60_000, clock),
    });
    this.#rates = this.#make();
  }

  /** Takes all or none. @throws ApiError 1008 (B3.11) */
  take([rate, units]: Charge): void {
    this.#rates[rate].take(units);
  }

  /** Counts what was taken somewhere else, without asking. */
  note([rate, units]: Charge): void {
    this.#rates[rate].note(units);
  }

  reset(): void {
    this.#rates = this.#make();
  }
}
