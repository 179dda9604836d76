import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SimulatorSettings } from '../../app/settings.ts';
import { ApiError } from '../../core/api-error.ts';
import { publicUrl } from '../../http/caller.ts';

export const navigationPaths = ['/v2/navi.json', '/navi.js', '/ping'] as const;

/**
 * Where a client asks for the address to connect to. Who it is and whether it may is asked there: this is told to
 * anybody, and with apps to the pages of any origin.
 */
export function navigation(settings: SimulatorSettings) {
  return async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers(); // what comes is the token, which is of no interest here
    server.addContentTypeParser('*', { parseAs: 'buffer' }, async () => undefined);
    server.addHook('onRequest', async (_, reply) => {
      if (settings.apps.length > 0 && !reply.hasHeader(allowed)) reply.header(allowed, '*');
    });
    for (const path of navigationPaths) {
      server.options(path, (_, reply) => reply.code(204).headers(preflight).send());
    }

    server.post('/v2/navi.json', (request) => directions(request, settings));

    // Of old it was a script.
    server.get<{ Querystring: { callBack?: string } }>('/navi.js', (request, reply) => {
      const { callBack = '' } = request.query;
      if (!functionName.test(callBack)) {
        throw new ApiError('badParameter', 'The parameter callBack must be the name of a function.');
      }
      reply.type('text/javascript;charset=UTF-8').header('X-Content-Type-Options', 'nosniff');
      return `${callBack}(${JSON.stringify(directions(request, settings))})`;
    });

    server.get('/ping', (_, reply) => reply.code(200).send());
  };
}

const allowed = 'Access-Control-Allow-Origin';

const preflight = {
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': 'Content-Type, RC-Appkey, RC-Negotiate',
  'Access-Control-Max-Age': '7200',
};

const functionName = /^[\w$.]{1,100}$/;

/** The address for the WebSocket, in the new form and in the old. */
function directions(request: FastifyRequest, settings: SimulatorSettings) {
  const url = new URL(publicUrl(request, settings));
  const protocol = url.protocol === 'https:' ? 6 : 5; // wss or ws
  const serverAddr = [{ addr: url.host, protocol, weight: 1 }];
  // Without a history to ask for, the client shows a stored message at once.
  const history = settings.stored === 'online' ? { openHistoryMsg: 0 } : {};
  return { code: 200, serverAddr, server: url.host, backupServer: '', logSwitch: 0, ...history };
}
