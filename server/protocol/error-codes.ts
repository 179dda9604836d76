/** RongCloud's error codes with the HTTP status each travels under (A5). */
export const errorCodes = {
  notFound: { code: 404, status: 404 },
  methodNotAllowed: { code: 405, status: 405 },
  internal: { code: 1000, status: 500 },
  wrongSecret: { code: 1001, status: 401 },
  badParameter: { code: 1002, status: 400 },
  noBody: { code: 1003, status: 400 },
  badSignature: { code: 1004, status: 401 },
  tooLong: { code: 1005, status: 400 },
  locked: { code: 1006, status: 401 },
  refused: { code: 1007, status: 401 },
  rateExceeded: { code: 1008, status: 429 },
  notEnabled: { code: 1009, status: 430 },
  timedOut: { code: 1050, status: 504 },
  tooManyTestUsers: { code: 2007, status: 403 },
} as const;

export type ErrorName = keyof typeof errorCodes;

/** Body of every refused request. */
export interface ErrorBody {
  code: number;
  errorMessage: string;
  /** Path of the refused request. */
  url: string;
}
