import type { IncomingMessage } from 'node:http';
import type { SimulatorSettings } from '../app/settings.ts';
import { ApiError } from '../core/api-error.ts';

/** The part of a request that tells where it comes from. */
type Head = Pick<IncomingMessage, 'headers' | 'httpVersion'> & { rawHeaders?: readonly string[] };

/**
 * Keeps web pages out of open mode, where no secret does (B4.5). Any page in a browser can reach the loopback: from its
 * own origin, or through a host name of its own that resolves to this machine (DNS rebinding).
 *
 * Pages of this machine are allowed from any port: whoever serves them could also get in without a browser.
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
  check({ headers, httpVersion, rawHeaders = [] }: Head): void {
    const { host, origin } = headers;
    // As RFC 9112, section 3.2, has it; Node takes the first.
    if (count(rawHeaders, 'host') > 1) throw new ApiError('badParameter', 'The header Host was sent twice.');
    // Optional before HTTP/1.1; browsers always send it.
    if (host === undefined && httpVersion === '1.1') {
      throw new ApiError('badParameter', 'The header Host is required.');
    }
    if (!this.#open) {
      if (host === undefined || hostForm.test(host)) return;
      throw new ApiError('badParameter', 'The header Host is no host, with or without a port.');
    }
    if (host !== undefined && !this.#allowsHost(host)) throw foreign('Host', host, '--allow-host');
    if (origin !== undefined && !this.#allowsOrigin(origin, host))
      throw foreign('Origin', origin, '--allow-origin');
    // An image or a link needs no Origin, and says where it comes from all the same.
    if (origin === undefined && /cross-site/i.test(String(headers['sec-fetch-site']))) throw crossSite;
  }

  /** The headers by which a browser hands an answer to a page of an allowed origin; none for anybody else (B14). */
  corsHeaders({ headers: { host, origin } }: Pick<Head, 'headers'>): Record<string, string> {
    if (origin === undefined || !this.#allowsOrigin(origin, host)) return {};
    const exposed = 'Retry-After, X-Request-Id, X-Status-Sim';
    return {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': exposed,
      Vary: 'Origin',
    };
  }

  #allowsHost(host: string): boolean {
    return loopbackHost.test(host) || this.#hosts.has(host.toLowerCase().replace(/:\d*$/, ''));
  }

  #allowsOrigin(origin: string, host = ''): boolean {
    if (loopbackOrigin.test(origin) || this.#origins.has(origin.toLowerCase())) return true;
    return this.#allowsHost(host) && isSame(origin, host);
  }
}

const loopback = String.raw`(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?`;
const loopbackHost = new RegExp(`^${loopback}$`, 'i');
const loopbackOrigin = new RegExp(`^https?://${loopback}$`, 'i');

const hostForm = /^[\w.~!$&'()*+,;=%:[\]-]*$/;

/** How often a header was sent; names and values take turns. */
function count(rawHeaders: readonly string[], header: string): number {
  let times = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === header.length && name.toLowerCase() === header) times++;
  }
  return times;
}

/** Whether the page comes from this server. */
function isSame(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

const crossSite = new ApiError(
  'refused',
  'Without apps only this machine is served, and a page of another site sends this without an Origin (Sec-Fetch-Site).',
);

function foreign(header: string, value: string, option: string): ApiError {
  const shown = JSON.stringify(value.slice(0, 100));
  return new ApiError(
    'refused',
    `Without apps only this machine is served, and the header ${header} says ${shown}: ${option} allows it.`,
  );
}
