import { outcomeHints } from '../../client-sim/claims/recipient-hints.ts';
import { HostedClients } from '../../client-sim/hosted/hosted-clients.ts';
import { AppClock, type Clock } from '../clock/app-clock.ts';
import { ApiError } from '../core/api-error.ts';
import { Counters } from '../core/counters.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import { publishRates } from '../core/publish-rate.ts';
import { ExpiredToken, issueToken, verifyToken } from '../core/token.ts';
import { Logins } from '../presence/logins.ts';
import { PresenceRegistry } from '../presence/registry.ts';
import { appLists } from './app-lists.ts';
import { createBarrier } from './barrier.ts';
import type { Interception } from './deliver.ts';
import { Ids } from './ids.ts';
import { createSessions } from './sessions.ts';
import type { SimulatorSettings } from './settings.ts';
import { appTrace, type Trace } from './trace.ts';

export interface AppOptions {
  readonly key: string;
  /** What requests are signed with; undefined in open mode, where signatures are not checked (B4.3). */
  readonly secret?: string | undefined;
  readonly settings: SimulatorSettings;
  readonly trace: Trace;
  /** Several apps may share these. */
  readonly counters?: Counters;
  /** In place of one of the app's own. */
  readonly presence?: PresenceRegistry;
  /** Another app in which a user is online; only in open mode. */
  readonly otherAppOf?: (userId: string) => string | undefined;
  /** Keeps ids apart from those of the same app in other processes. */
  readonly namespace?: string | undefined;
}

/** What one App-Key owns. */
export type AppParts = ReturnType<typeof createParts>;

/** Fields only, so that a layer above can replace some of them. */
export function createParts(options: AppOptions) {
  const { key, secret, settings, counters = new Counters(), namespace } = options;
  const { presence = new PresenceRegistry(settings), otherAppOf } = options;
  const interception: Interception = { active: undefined };
  const barrier = createBarrier(presence, interception);
  const clock = new AppClock(barrier);
  const ids = new Ids(seedOf(options));
  const lists = appLists(settings);
  const logins = new Logins(() => clock.now());
  const tokens = tokensOf(options, clock, logins);
  const trace = appTrace(key, options.trace, clock, presence);
  return {
    key,
    secret,
    settings,
    clock,
    presence,
    ...lists,
    logins,
    tokens,
    rates: publishRates(settings, clock),
    hostedClients: new HostedClients(key, tokens.issue, settings, namespace),
    sessions: createSessions(presence, clock, counters, ids, trace, logins),
    ids,
    life: clock.life,
    interception,
    barrier,
    counters,
    trace,
    /** What else may have been meant: by its type, its group (B11.5), its app, and by recipients who are offline. */
    hintsOn(report: DeliveryReport, message: { objectName: string; groupId?: string }): string[] {
      const hasGroup = (groupId: string) => lists.groups.get(groupId) !== undefined;
      const around = { appKey: key, online: presence.onlineUsers(), hasGroup, otherAppOf };
      return outcomeHints(report, message, around);
    },
  };
}

/** With a seed, each app has ids of its own, in each of its processes. */
function seedOf({ key, settings: { seed }, namespace }: AppOptions): string | undefined {
  return seed === undefined
    ? undefined
    : [seed, namespace, key].filter((part) => part !== undefined).join(':');
}

/** What clients of one app log in with. Tokens are signed, not stored (B4.4). */
function tokensOf({ key, secret, settings: { tokenTtlMs } }: AppOptions, clock: Clock, logins: Logins) {
  // In open mode a token protects nothing; deriving the secret from the key keeps tokens valid across restarts.
  const signedWith = secret ?? `open:${key}`;
  return {
    /** @param address where clients find this server, if the token is to tell them */
    issue: (userId: string, address?: string) =>
      issueToken(key, signedWith, { userId, issuedAt: clock.now() }, address),
    /** The user a token was issued for. @throws ApiError 1002 when it is not this app's, or has expired (B4.4, B10.4) */
    userOf(token: string): string {
      const claims = verifyToken(key, signedWith, token);
      if (claims === undefined) throw new ApiError('badParameter', 'The token is not valid for this app.');
      const { userId, issuedAt } = claims;
      if (clock.now() - issuedAt > tokenTtlMs)
        throw new ExpiredToken(': get a new one from /user/getToken.json');
      if (issuedAt < (logins.about(userId)?.tokensFrom ?? 0)) throw new ExpiredToken();
      return userId;
    },
  };
}
