import { about, type CallDocs, rongcloudDocs } from '../../client-sim/docs/rongcloud-docs.ts';
import type { App } from '../app/app.ts';
import { digitsParameter, optionally, tokenParameter } from '../core/form-parameters.ts';
import {
  type Fields,
  idParameter,
  type Parameter,
  type Parameters,
  readAll,
  type Values,
} from '../core/parameters.ts';
import { isoTime } from '../core/token.ts';
import type { ListChange } from '../presence/lists.ts';

/** How one of RongCloud's calls is carried out. */
export interface CarriedOut {
  /** When none is required, the request may come without a body. */
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

/** RongCloud's calls by their path, each with its documentation. */
export type RongcloudCalls = Readonly<Record<string, CallDocs & CarriedOut>>;

export function withDocs(calls: Readonly<Record<string, CarriedOut>>): RongcloudCalls {
  const entries = Object.entries(calls).map(([path, call]) => [path, { ...rongcloudDocs[path]!, ...call }]);
  return Object.fromEntries(entries);
}

/** A call that answers with what `answer` makes of its parameters, which are read in their order. */
export function query<P extends Parameters>(
  parameters: P,
  answer: (given: Values<P>, app: App, address: () => string | undefined) => object | Promise<object>,
): CarriedOut {
  return {
    parameters: Object.values(parameters),
    async run(app, fields, address) {
      return ok(await answer(readAll(parameters, fields), app, address));
    },
  };
}

/** A call that changes lists, and is answered when they have. */
export function change<P extends Parameters>(
  parameters: P,
  changes: (given: Values<P>, app: App) => readonly ListChange[],
): CarriedOut {
  return query(parameters, async (given, app) => {
    await app.control.change(changes(given, app));
    return {};
  });
}

export function ok(answer: object = {}): string {
  return JSON.stringify({ code: 200, ...answer });
}

export const userId = idParameter('userId', about.userId);
export const groupId = idParameter('groupId', about.groupId);
/** 0 stands for the default. */
export const sizeTo = (atMost: number) => optionally(digitsParameter('size', 0, atMost, about.size));

export const pageToken = optionally(tokenParameter('pageToken', about.pageToken));

/** The parameters of a list in numbered pages. */
export const paging = {
  page: optionally(digitsParameter('page', 0, 1_000_000, about.page)),
  size: sizeTo(1000),
};

/** A numbered page; without a number, the first `whole` items. */
export function pageIn<T>(items: readonly T[], { page, size }: Values<typeof paging>, whole: number): T[] {
  return page ? items.slice((page - 1) * (size || 50), page * (size || 50)) : items.slice(0, whole);
}

/** `2026-11-29 22:14:43`, in UTC. */
export function utc(at: number): string {
  return isoTime(at).slice(0, -5).replace('T', ' ');
}
