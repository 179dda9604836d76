import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app/app.ts';

/** A request that another process is to answer. */
export interface ForwardedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As JSON; undefined when there was none. */
  readonly payload?: string;
}

export interface ForwardedAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Has a request about this simulated client answered by the process that runs it; undefined when that is this one. */
export type Forward = (
  app: App,
  clientId: string,
  request: ForwardedRequest,
) => Promise<ForwardedAnswer> | undefined;

/** A hook for routes with the id of a simulated client in their path. */
export function forwardWith(forward: Forward) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { id } = Object(request.params) as { id?: string };
    const { app, method, url, headers, body } = request;
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const answer = id === undefined ? undefined : forward(app, id, { method, url, headers, ...payload });
    if (answer === undefined) return undefined;
    const { status, type, body: text } = await answer;
    return reply.code(status).type(type).send(text);
  };
}

/** Answers what another process has forwarded. */
export async function answerForwarded(
  server: FastifyInstance,
  { method, url, headers, payload }: ForwardedRequest,
): Promise<ForwardedAnswer> {
  const { 'content-length': _, ...rest } = headers;
  const {
    statusCode,
    headers: answered,
    body,
  } = await server.inject({
    method: method as 'GET',
    url,
    headers: rest,
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: statusCode, type: String(answered['content-type']), body };
}
