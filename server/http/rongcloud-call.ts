import type { RouteDocs } from '../../client-sim/docs/openapi.ts';
import type { App } from '../app/app.ts';
import type { ListChange } from '../app/ports.ts';
import { type Fields, idParameter, type Parameter } from '../core/parameters.ts';

/** One of RongCloud's calls: its documentation and its implementation. */
export interface RongcloudCall extends Pick<RouteDocs, 'summary' | 'answer'> {
  readonly parameters: readonly Parameter[];
  /** Whether a rate limit may refuse it with 1008. */
  readonly rated?: true;
  /**
   * Returns the answer as JSON.
   * @param address of this server, if tokens are to carry it
   * @throws ApiError
   */
  run(app: App, fields: Fields, address: () => string | undefined): string | Promise<string>;
}

/** Calls by their path. */
export type RongcloudCalls = Readonly<Record<string, RongcloudCall>>;

export const userId = idParameter('userId', { description: 'The user.', example: 'bob' });
export const groupId = idParameter('groupId', { description: 'The group.', example: 'team' });

/** A call that changes a list, and is answered when it has. */
export function listChange(
  summary: string,
  parameters: readonly Parameter[],
  read: (fields: Fields) => ListChange,
): RongcloudCall {
  return {
    summary,
    parameters,
    answer: {},
    async run({ control }, fields) {
      await control.change(read(fields));
      return ok();
    },
  };
}

export function ok(answer: object = {}): string {
  return JSON.stringify({ code: 200, ...answer });
}
