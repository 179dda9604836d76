import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import { ApiError } from '../core/api-error.ts';
import { characters, tooLong } from '../core/parameters.ts';
import { isPlatform, type Platform, platformClasses } from '../protocol/frames.ts';
import { limits } from '../protocol/limits.ts';
import type { Login } from './dialect.ts';

/**
 * Reads the query of a connection: a token of the app, or in open mode a plain userId (B4.2, B4.3).
 * @throws ApiError whose message becomes the reason of close code 4001
 */
export function readLogin(query: URLSearchParams, apps: Apps): Login {
  const app = apps.get(query.get('appKey') ?? undefined);
  return { app, userId: readUser(query, app, apps.open), platform: readPlatform(query) };
}

function readUser(query: URLSearchParams, app: App, open: boolean): string {
  const token = query.get('token');
  if (token !== null) return app.tokens.userOf(token);
  if (!open) throw refusal('The parameter token is required: get one from /user/getToken.json.');
  const userId = query.get('userId');
  if (!userId) throw refusal('The parameter userId or token is required.');
  if (characters(userId) > limits.userIdCharacters) {
    throw tooLong('userId', characters(userId), limits.userIdCharacters, 'characters');
  }
  return userId;
}

function readPlatform(query: URLSearchParams): Platform | undefined {
  const platform = query.get('platform');
  if (platform === null || platform === '') return undefined;
  if (!isPlatform(platform)) {
    throw refusal(`The parameter platform must be one of ${Object.keys(platformClasses).join(', ')}.`);
  }
  return platform;
}

const refusal = (message: string) => new ApiError('badParameter', message);
