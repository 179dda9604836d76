import type { LocalApp } from '../app/app.ts';
import type { Explained, Published, Publisher } from '../app/ports.ts';
import type { Accepted } from '../app/publisher.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import type { Charge } from '../core/publish-rate.ts';
import { groupRequests, type PublishRequest } from '../core/publish-request.ts';
import { mergeShares, type ReportShare } from '../core/report-share.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Answers } from './pending-request.ts';
import type { RemoteApp } from './remote-app.ts';
import type { RemotePresence } from './remote-presence.ts';

/** Publishes on all nodes: on this one at once, on the others as it gets there. */
export function clusterPublisher(local: LocalApp, remote: RemoteApp, presence: RemotePresence): Publisher {
  const { publisher, counters, groups } = local;

  /** Has the other nodes carry out a publish, or foresee what would become of it. */
  function request(kind: 'publish' | 'explain', message: StatusMessage, charge?: Charge): Promise<Answers> {
    const { toUserIds, ...draft } = message.request;
    return remote.request(kind, {
      // In a broadcast each node finds the recipients among its own users.
      request: message.isBroadcast ? draft : { ...draft, toUserIds },
      uid: message.messageUIDs.of(0),
      uids: message.messageUIDs.count,
      sentTime: message.sentTime,
      charge,
      // Hidden nodes are not awaited; if one wakes, it must ignore this publish.
      without: remote.hidden,
    });
  }

  /** This node's report, with the shares of the others. */
  function merge(own: DeliveryReport, { bodies, isComplete }: Answers, message: StatusMessage) {
    const isHidden = (userId: string) => presence.isHidden(userId);
    const isUnknown = isComplete ? (presence.hasHidden ? isHidden : undefined) : () => true;
    return mergeShares(own, bodies.filter(isShare), message, isUnknown);
  }

  async function carryOut(accepted: Accepted): Promise<Published> {
    if (remote.isAlone) return publisher.carryOut(accepted);
    const { message, options, charge } = accepted;
    const effects = publisher.effectsOn(message, options);
    const gathering = request('publish', message, charge);
    const own = publisher.handOver(message, true, options.origin)!;
    counters.reached(own);
    const report = merge(own, await gathering, message);
    counters.judged(report);
    publisher.conclude(accepted, report);
    return { message, report, effects };
  }

  async function explain(publish: PublishRequest): Promise<Explained> {
    const message = publisher.unsent(publish);
    const gathering = remote.isAlone ? undefined : request('explain', message);
    const { report, effects } = publisher.foresee(message);
    return { report: gathering ? merge(report, await gathering, message) : report, effects };
  }

  return {
    publish: async (publish, options) => carryOut(publisher.accept(publish, options)),
    publishToGroups: async (publish, options) =>
      Promise.all(publisher.acceptForGroups(publish, options).map(carryOut)),
    broadcast: async (draft, options) => carryOut(publisher.acceptBroadcast(draft, options)),
    explain,
    explainToGroups(publish) {
      const requests = groupRequests(publish, groups);
      return Promise.all(
        requests.map(async (each) => ({ groupId: each.groupId!, ...(await explain(each)) })),
      );
    },
  };
}

/** Checks only what the callers rely on: the other node may run a different version. */
function isShare(body: unknown): body is ReportShare {
  const { rows, echo } = Object(body);
  return Array.isArray(rows) && typeof Object(echo).outcome === 'string';
}
