import type { IncomingMessage } from 'node:http';
import type { SimulatorSettings } from '../app/settings.ts';
import { ApiError } from '../core/api-error.ts';

/** Who wants something, as far as the head of a request tells. */
export type Head = Pick<IncomingMessage, 'headers' | 'httpVersion'>;

/**
 * Keeps web pages out of open mode, where no secret does (B4.5). Whatever page a person looks at can reach the loopback:
 * as what it is, a page of another origin, or by a name of its own that leads here (DNS rebinding).
 *
 * Pages of this machine may come in, from whatever port: whoever serves them could come in without a browser, too.
 */
export class Access {
  readonly #open: boolean;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor({ apps, allowHosts, allowOrigins }: SimulatorSettings) {
    this.#open = apps.length === 0;
    this.#hosts = new Set(allowHosts.map((host) => host.toLowerCase()));
    this.#origins = new Set(allowOrigins.map((origin) => origin.toLowerCase()));
  }

  /** @throws ApiError 1002 or 1007, naming the header and the option that allows it */
  check({ headers: { host, origin }, httpVersion }: Head): void {
    // Before HTTP/1.1 a request may leave it out; no browser does.
    if (host === undefined && httpVersion === '1.1') {
      throw new ApiError('badParameter', 'The header Host is required.');
    }
    if (!this.#open) return;
    if (host !== undefined && !this.#allowsHost(host)) throw foreign('Host', host, '--allow-host');
    // Without one it comes from no page, or from one that cannot read the answer and would send one to change anything.
    if (origin === undefined || this.#allowsOrigin(origin) || isSame(origin, host)) return;
    throw foreign('Origin', origin, '--allow-origin');
  }

  #allowsHost(host: string): boolean {
    return loopbackHost.test(host) || this.#hosts.has(host.toLowerCase().replace(/:\d*$/, ''));
  }

  #allowsOrigin(origin: string): boolean {
    return loopbackOrigin.test(origin) || this.#origins.has(origin.toLowerCase());
  }
}

const loopback = String.raw`(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?`;
const loopbackHost = new RegExp(`^${loopback}$`, 'i');
const loopbackOrigin = new RegExp(`^https?://${loopback}$`, 'i');

/** Of a page that this very host has served. */
function isSame(origin: string, host: string | undefined): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

function foreign(header: string, value: string, option: string): ApiError {
  const shown = JSON.stringify(value.slice(0, 100));
  return new ApiError(
    'refused',
    `Without apps only this machine is served, and the header ${header} says ${shown}: ${option} allows it.`,
  );
}
