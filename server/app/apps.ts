import { defaultKey } from '../../client-sim/hosted/initial-state.ts';
import { ApiError } from '../core/api-error.ts';
import { limits } from '../protocol/limits.ts';
import type { App } from './app.ts';
import type { SimulatorSettings } from './settings.ts';

const appsLookedAt = 100;

/** All apps of one simulator. */
export class Apps<A extends App = App> {
  /** No app is configured: any App-Key is an app of its own (B4.3). */
  readonly open: boolean;
  readonly #apps = new Map<string, A>();
  /** Those that one request alone has asked for so far, and so made. */
  readonly #fresh = new Set<App>();
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
    if (app !== undefined) this.#fresh.delete(app);
    if (app !== undefined && (key !== undefined || this.open)) return app;
    if (!this.open) throw refusal('Invalidate App-Key.');
    return this.#openApp(key ?? defaultKey);
  }

  /** The same; undefined when there is none, and none can be made. @param looks see `look` */
  find(key: string, looks = false): A | undefined {
    try {
      return looks ? this.peek(key) : this.get(key);
    } catch {
      return undefined;
    }
  }

  /** The app a caller of `/sim` means: without a key the only one there is. */
  getForSim(key: string | undefined): A {
    const only = !this.open && this.#apps.size === 1 ? this.#apps.keys().next().value : undefined;
    return this.get(key ?? only);
  }

  /** The same for whoever only looks: what has not been made is as a new app, and stays unmade (B14). */
  async look(key?: string): Promise<A> {
    if (!this.open) return this.getForSim(key);
    const app = this.peek(key);
    if (!this.#apps.has(app.key)) await app.directory.catchUp(); // another node may have made it
    return this.#apps.get(app.key) ?? app;
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
    if (this.open && this.#apps.delete(app.key)) this.#fresh.delete(app);
  }

  /** A request was refused: if nobody else has asked for the app that it made, there was never one (B14.4). */
  unmake(app: App | undefined): void {
    if (app !== undefined && this.#fresh.has(app)) this.forget(app);
  }

  /** The app with this key, or one as new that stays unmade. @throws ApiError as `get` does */
  peek(key: string | undefined): A {
    if (!this.open) return this.get(key);
    return this.#apps.get(key ?? defaultKey) ?? this.#create(checkKey(key ?? defaultKey));
  }

  #openApp(key: string): A {
    checkKey(key);
    if (this.#apps.size >= this.#openApps) {
      throw refusal(`The simulator holds ${this.#openApps} apps already, the most it may.`);
    }
    const app = this.#create(key);
    this.#apps.set(key, app);
    this.#fresh.add(app);
    return app;
  }
}

function checkKey(key: string): string {
  const most = limits.appKeyCharacters;
  if (key !== '' && key.length <= most) return key;
  throw refusal(`The App-Key must have 1 to ${most} characters.`);
}

const refusal = (message: string) => new ApiError('badParameter', message);
