import { AppClock } from '../clock/app-clock.ts';
import { Counters } from '../core/counters.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import { PublishRates } from '../core/publish-rate.ts';
import { recipientHints } from '../core/recipient-hints.ts';
import { HostedClients } from '../hosted/hosted-clients.ts';
import { Blacklists, Groups } from '../presence/lists.ts';
import { PresenceRegistry } from '../presence/registry.ts';
import { Barrier } from './barrier.ts';
import { Ids } from './ids.ts';
import type { Interception } from './interceptor.ts';
import { Sessions } from './sessions.ts';
import type { SimulatorSettings } from './settings.ts';
import { Tokens } from './tokens.ts';
import { AppTrace, type Trace } from './trace.ts';

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
  const clock = new AppClock({ before: () => barrier.before(), after: () => barrier.after() });
  const ids = new Ids(seedOf(options));
  const interception: Interception = { active: undefined };
  const barrier = new Barrier(presence, interception);
  const trace = new AppTrace(key, options.trace, clock, presence);
  return {
    key,
    secret,
    settings,
    clock,
    presence,
    blacklists: new Blacklists(settings.blacklisted),
    groups: new Groups(settings),
    tokens: new Tokens(key, secret, clock, settings.tokenTtlMs),
    rates: new PublishRates(settings, clock),
    hostedClients: new HostedClients(key, settings.hostedClients, settings, namespace),
    sessions: new Sessions({ presence, clock, counters, ids, trace }),
    ids,
    interception,
    barrier,
    counters,
    trace,
    /** Who else may have been meant by recipients who are offline. */
    hintsOn(report: DeliveryReport): string[] {
      if (otherAppOf === undefined) return [];
      return recipientHints(report, { appKey: key, online: presence.onlineUsers(), otherAppOf });
    },
  };
}

/** With a seed, each app has ids of its own, in each of its processes. */
function seedOf({ key, settings: { seed }, namespace }: AppOptions): string | undefined {
  if (seed === undefined) return undefined;
  return [seed, ...(namespace === undefined ? [] : [namespace]), key].join(':');
}
