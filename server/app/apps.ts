import { ApiError } from '../core/api-error.ts';
import { limits } from '../protocol/limits.ts';
import type { App } from './app.ts';
import type { SimulatorSettings } from './settings.ts';

/** The app of a caller in open mode that names none (B4.3). */
const defaultKey = 'default';

const appsLookedAt = 100;

/** All apps of one simulator. */
export class Apps<A extends App = App> {
  /** No app is configured: any App-Key is an app of its own (B4.3). */
  readonly open: boolean;
  readonly #apps = new Map<string, A>();
  readonly #create: (key: string, secret?: string) => A;
  readonly #openApps: number;

  constructor(settings: SimulatorSettings, create: (key: string, secret?: string) => A) {
    this.open = settings.apps.length === 0;
    this.#openApps = settings.openApps;
    this.#create = create;
    for (const { key, secret } of settings.apps) this.#apps.set(key, create(key, secret));
  }

  [Symbol.iterator](): IterableIterator<A> {
    return this.#apps.values();
  }

  /** The app with this key; made on first use in open mode. @throws ApiError 1002 `Invalidate App-Key.` (B3.9) */
  get(key: string | undefined): A {
    const app = this.#apps.get(key ?? defaultKey);
    if (app !== undefined && (key !== undefined || this.open)) return app;
    if (!this.open) throw refusal('Invalidate App-Key.');
    return this.#openApp(key ?? defaultKey);
  }

  /** The same; undefined when there is none, and none can be made. */
  find(key: string): A | undefined {
    try {
      return this.get(key);
    } catch {
      return undefined;
    }
  }

  /** The app a caller of `/sim` means: without a key the only one there is. */
  getForSim(key: string | undefined): A {
    const only = !this.open && this.#apps.size === 1 ? this.#apps.keys().next().value : undefined;
    return this.get(key ?? only);
  }

  /** Another app in which a user is online, if it is among the first of many. */
  otherAppOf(userId: string, appKey: string): string | undefined {
    let looked = 0;
    for (const { key, directory } of this) {
      if (++looked > appsLookedAt) break;
      if (key !== appKey && directory.isOnline(userId)) return key;
    }
    return undefined;
  }

  /** In open mode an app that is closed is as if it had never been. */
  forget(app: App): void {
    if (this.open) this.#apps.delete(app.key);
  }

  #openApp(key: string): A {
    const most = limits.appKeyCharacters;
    if (key === '' || key.length > most) throw refusal(`The App-Key must have 1 to ${most} characters.`);
    if (this.#apps.size >= this.#openApps) {
      throw refusal(`The simulator holds ${this.#openApps} apps already, the most it may.`);
    }
    const app = this.#create(key);
    this.#apps.set(key, app);
    return app;
  }
}

const refusal = (message: string) => new ApiError('badParameter', message);
