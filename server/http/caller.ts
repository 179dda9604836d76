import type { FastifyRequest } from 'fastify';
import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
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
function rcHeader(name: string): (request: FastifyRequest) => string | undefined {
  const prefixed = `rc-${name}`;
  return ({ headers }) => {
    const value = headers[name] ?? headers[prefixed];
    return typeof value === 'string' ? value : undefined;
  };
}

export const appKeyOf = rcHeader('app-key');
const nonceOf = rcHeader('nonce');
const timestampOf = rcHeader('timestamp');
const signatureOf = rcHeader('signature');

function signedHeaders(request: FastifyRequest) {
  return {
    nonce: nonceOf(request) ?? '',
    timestamp: timestampOf(request) ?? '',
    signature: signatureOf(request) ?? '',
  };
}
