import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import type { SimulatorSettings } from '../app/settings.ts';
import { ApiError } from '../core/api-error.ts';
import { isSignedBy } from '../core/signature.ts';

/** The app that a RongCloud call is for. @throws ApiError 1002 or 1004 (B3.9, B3.10) */
export function signedApp(request: FastifyRequest, apps: Apps): App {
  const app = apps.get(appKeyOf(request));
  if (app.secret === undefined) return app;
  const header = (name: string) => rcHeader(request, name) ?? '';
  const signed = { nonce: header('nonce'), timestamp: header('timestamp'), signature: header('signature') };
  if (isSignedBy(app.secret, signed)) return app;
  throw new ApiError('badSignature', '签名错误，请检查。');
}

export function appKeyOf(request: FastifyRequest): string | undefined {
  return rcHeader(request, 'app-key');
}

/** A header that the service takes with and without the prefix `RC-` (A2). */
function rcHeader({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name] ?? headers[`rc-${name}`];
  return typeof value === 'string' ? value : undefined;
}

/** The address at which clients reach this server: the configured one, else the one that this caller has used. */
export function publicUrl({ headers, socket }: FastifyRequest, settings: SimulatorSettings): string {
  if (settings.publicUrl !== undefined) return settings.publicUrl;
  const url = `http://${headers.host}`;
  // It becomes part of tokens, in which `@` and `;` are separators.
  return plainHost.test(headers.host ?? '') && URL.canParse(url) ? url : `http://${listeningHost(socket)}`;
}

const plainHost = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i;

/** The address of this server on its caller's connection. */
export function listeningHost({ localAddress, localPort, localFamily }: Socket): string {
  return `${localFamily === 'IPv6' ? `[${localAddress}]` : localAddress}:${localPort}`;
}
