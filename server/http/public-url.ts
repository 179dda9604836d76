import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { SimulatorSettings } from '../app/settings.ts';

/** Where clients find this server: where it was told, else where this caller has found it. */
export function publicUrl({ headers, socket }: FastifyRequest, settings: SimulatorSettings): string {
  if (settings.publicUrl !== undefined) return settings.publicUrl;
  const url = `http://${headers.host}`;
  // It becomes part of tokens, where an `@` or a `;` would say something.
  return plainHost.test(headers.host ?? '') && URL.canParse(url) ? url : `http://${listeningHost(socket)}`;
}

const plainHost = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i;

/** Where this very server listens, as its caller has shown. */
export function listeningHost({ localAddress, localPort, localFamily }: Socket): string {
  return `${localFamily === 'IPv6' ? `[${localAddress}]` : localAddress}:${localPort}`;
}
