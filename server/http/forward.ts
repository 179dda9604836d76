import type { FastifyInstance, FastifyReply, FastifyRequest, InjectOptions } from 'fastify';
import type { App } from '../app/app.ts';

/** A request for another process to answer. */
export interface ForwardedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As JSON; absent when there was none. */
  readonly payload?: string;
}

export interface ForwardedAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Lets the process that runs this simulated client answer; undefined if that is this process. */
export type Forward = (
  app: App,
  clientId: string,
  request: ForwardedRequest,
) => Promise<ForwardedAnswer> | undefined;

/** A hook for routes with the id of a simulated client in their path. */
export function forwardWith(forward: Forward) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { id } = Object(request.params) as { id?: string };
    return id === undefined ? undefined : passOn(forward, id, request, reply);
  };
}

/** Answers as the other process does that runs this simulated client; undefined if it is this one. */
export async function passOn(
  forward: Forward,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
  body = request.body,
): Promise<FastifyReply | undefined> {
  const { app, method, url, headers } = request;
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const answer = await forward(app, id, { method, url, headers, ...payload });
  return answer && reply.code(answer.status).type(answer.type).send(answer.body);
}

/** Answers what another process has forwarded. */
export async function answerForwarded(
  server: FastifyInstance,
  { headers: { 'content-length': _, ...headers }, ...request }: ForwardedRequest,
): Promise<ForwardedAnswer> {
  const answer = await server.inject({ ...request, headers } as InjectOptions);
  return { status: answer.statusCode, type: String(answer.headers['content-type']), body: answer.body };
}
