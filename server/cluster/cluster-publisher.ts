import type { LocalApp } from '../app/app.ts';
import type { Published, Publisher } from '../app/ports.ts';
import type { Accepted } from '../app/publisher.ts';
import { type DeliveryReport, toldOf } from '../core/delivery-report.ts';
import { mergeShares, type ReportShare } from '../core/report-share.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { Answers } from './pending-request.ts';
import type { RemoteApp } from './remote-app.ts';
import type { RemotePresence } from './remote-presence.ts';

/** Publishes on all nodes: on this one at once, on the others as it gets there. */
export function clusterPublisher(local: LocalApp, remote: RemoteApp, presence: RemotePresence): Publisher {
  const { publisher, counters } = local;

  /** What the other nodes have to know of a message. */
  function bodyOf({ request: { toUserIds, ...draft }, messageUIDs, sentTime, isBroadcast }: StatusMessage) {
    // In a broadcast each node finds the recipients among its own users.
    const request = isBroadcast ? draft : { ...draft, toUserIds };
    return { request, uid: messageUIDs.of(0), uids: messageUIDs.count, sentTime };
  }

  /** This node's report, with the shares of the others. */
  function merge(own: DeliveryReport, { bodies, isComplete }: Answers, message: StatusMessage) {
    const isHidden = (userId: string) => presence.isHidden(userId);
    const isUnknown = isComplete ? (presence.hasHidden ? isHidden : undefined) : () => true;
    return toldOf(message, mergeShares(own, bodies.filter(isShare), message, isUnknown));
  }

  async function carryOut(accepted: Accepted): Promise<Published> {
    if (remote.isAlone) return publisher.carryOut(accepted);
    const { message, options, charge } = accepted;
    const effects = publisher.effectsOn(message, options);
    // Hidden nodes are not awaited; if one wakes, it must ignore this publish.
    const gathering = remote.request('publish', { ...bodyOf(message), charge, without: remote.hidden });
    const own = publisher.handOver(message, true, options.origin)!;
    counters.reached(own);
    const report = merge(own, await gathering, message);
    counters.judged(report);
    publisher.conclude(accepted, report);
    return { message, report, effects };
  }

  return {
    publish: async (publish, options) => carryOut(publisher.accept(publish, options)),
    publishToGroups: async (publish, options) =>
      Promise.all(publisher.acceptForGroups(publish, options).map(carryOut)),
    broadcast: async (draft, options) => carryOut(publisher.acceptBroadcast(draft, options)),
    async explain(publish) {
      const messages = publisher.unsent(publish);
      const gathering = remote.request('explain', { messages: messages.map(bodyOf) });
      const all = publisher.foresee(messages);
      const { bodies, isComplete } = await gathering;
      return all.map(({ report, effects }, index) => {
        const shares = { bodies: bodies.map((body) => Object(body)[index]), isComplete };
        return { report: merge(report, shares, messages[index]!), effects };
      });
    },
  };
}

/** Checks only what the callers rely on: the other node may run a different version. */
function isShare(body: unknown): body is ReportShare {
  const { rows, echo } = Object(body);
  return Array.isArray(rows) && typeof Object(echo).outcome === 'string';
}
