import { ApiError } from './api-error.ts';

/** A token that was good, and no longer is (B4.4). */
export class ExpiredToken extends ApiError {
  constructor() {
    super('badParameter', 'The token has expired: get a new one from /user/getToken.json.');
  }
}
