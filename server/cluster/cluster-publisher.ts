import type { LocalApp } from '../app/app.ts';
import type { Explained, Published, Publisher } from '../app/ports.ts';
import type { Accepted } from '../app/publisher.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import { groupRequests, type PublishRequest } from '../core/publish-request.ts';
import { mergeShares } from '../core/report-share.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { GatheredShares, RemoteApp } from './remote-app.ts';
import type { RemotePresence } from './remote-presence.ts';

/** Publishes on all nodes: on this one at once, on the others as it gets there. */
export function clusterPublisher(local: LocalApp, remote: RemoteApp, presence: RemotePresence): Publisher {
  const { publisher, counters, groups } = local;

  /** This node's report, with what the others share. */
  function merge(own: DeliveryReport, { shares, isComplete }: GatheredShares, message: StatusMessage) {
    const isHidden = (userId: string) => presence.isHidden(userId);
    const isUnknown = isComplete ? (presence.hasHidden ? isHidden : undefined) : () => true;
    return mergeShares(own, shares, message, isUnknown);
  }

  async function carryOut(accepted: Accepted): Promise<Published> {
    if (remote.isAlone) return publisher.carryOut(accepted);
    const { message, options, charge } = accepted;
    const effects = publisher.effectsOn(message, options);
    const gathering = remote.publish(message, charge);
    const own = publisher.handOver(message, true, options.origin)!;
    counters.reached(own);
    const report = merge(own, await gathering, message);
    counters.judged(report);
    publisher.conclude(accepted, report);
    return { message, report, effects };
  }

  async function explain(request: PublishRequest): Promise<Explained> {
    const message = publisher.unsent(request);
    const gathering = remote.isAlone ? undefined : remote.explain(message);
    const { report, effects } = publisher.foresee(message);
    return { report: gathering ? merge(report, await gathering, message) : report, effects };
  }

  return {
    publish: async (request, options) => carryOut(publisher.accept(request, options)),
    publishToGroups: async (request, options) =>
      Promise.all(publisher.acceptForGroups(request, options).map(carryOut)),
    broadcast: async (draft, options) => carryOut(publisher.acceptBroadcast(draft, options)),
    explain,
    explainToGroups(request) {
      const requests = groupRequests(request, groups);
      return Promise.all(
        requests.map(async (each) => ({ groupId: each.groupId!, ...(await explain(each)) })),
      );
    },
  };
}
