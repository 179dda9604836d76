import type { Cluster } from '../cluster/cluster.ts';
import { ApiError } from '../core/api-error.ts';
import { limits } from '../protocol/limits.ts';
import { App } from './app.ts';
import type { Metrics } from './metrics.ts';
import type { SimulatorSettings } from './settings.ts';
import type { Trace } from './trace.ts';

/** The app of a caller in open mode that names none (B4.3). */
const defaultKey = 'default';

/** All apps of one simulator. */
export class Apps {
  /** No app is configured: any App-Key is an app of its own (B4.3). */
  readonly open: boolean;
  readonly #apps = new Map<string, App>();
  readonly #create: (key: string, secret?: string) => App;
  readonly #openApps: number;

  constructor(settings: SimulatorSettings, trace: Trace, metrics: Metrics, cluster?: Cluster) {
    this.open = settings.apps.length === 0;
    this.#openApps = settings.openApps;
    this.#create = (key, secret) => {
      // In open mode a caller makes up the keys: they are no label (B6).
      return new App(key, secret, settings, trace, metrics.meterOf(this.open ? '' : key), cluster);
    };
    for (const { key, secret } of settings.apps) this.#apps.set(key, this.#create(key, secret));
  }

  [Symbol.iterator](): IterableIterator<App> {
    return this.#apps.values();
  }

  /**
   * The app with this key; made on first use in open mode.
   * @throws ApiError 1002 `Invalidate App-Key.` (B3.9)
   */
  get(key: string | undefined): App {
    const app = this.#apps.get(key ?? defaultKey);
    if (app !== undefined && (key !== undefined || this.open)) return app;
    if (!this.open) throw new ApiError('badParameter', 'Invalidate App-Key.');
    return this.#openApp(key ?? defaultKey);
  }

  /** The app that another node means; undefined when there is none, and none can be made. */
  find(key: string): App | undefined {
    try {
      return this.get(key);
    } catch {
      return undefined;
    }
  }

  /** The app a caller of `/sim` means: without a key the only one there is. */
  getForSim(key: string | undefined): App {
    const only = !this.open && this.#apps.size === 1 ? this.#apps.keys().next().value : undefined;
    return this.get(key ?? only);
  }

  /** Closes an app; in open mode it is as if it had never been. */
  close(app: App): void {
    app.close();
    if (this.open) this.#apps.delete(app.key);
  }

  #openApp(key: string): App {
    if (key === '' || key.length > limits.appKeyCharacters) {
      throw new ApiError('badParameter', `The App-Key must have 1 to ${limits.appKeyCharacters} characters.`);
    }
    if (this.#apps.size >= this.#openApps) {
      throw new ApiError(
        'badParameter',
        `The simulator holds ${this.#openApps} apps already, the most it may.`,
      );
    }
    const app = this.#create(key);
    this.#apps.set(key, app);
    return app;
  }
}
