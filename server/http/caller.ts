import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { Apps } from '../apps.ts';
import { ApiError } from '../core/api-error.ts';
import { isSignedBy } from '../core/signature.ts';

/** The app that an RongCloud call is for. @throws ApiError 1002 or 1004 (B3.9, B3.10) */
export function signedApp(request: FastifyRequest, apps: Apps): App {
  const app = apps.get(appKeyOf(request));
  if (app.secret !== undefined && !isSignedBy(app.secret, signedHeaders(request))) {
    throw new ApiError('badSignature', '签名错误，请检查。');
  }
  return app;
}

/** The value of a header that the service takes with and without the prefix `RC-` (A2). */
function rcHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name] ?? request.headers[`rc-${name}`];
  return typeof value === 'string' ? value : undefined;
}

export function appKeyOf(request: FastifyRequest): string | undefined {
  return rcHeader(request, 'app-key');
}

function signedHeaders(request: FastifyRequest) {
  return {
    nonce: rcHeader(request, 'nonce') ?? '',
    timestamp: rcHeader(request, 'timestamp') ?? '',
    signature: rcHeader(request, 'signature') ?? '',
  };
}
