import type { LocalApp } from '../app/app.ts';
import type { Explained, Published, Publisher, PublishOptions } from '../app/ports.ts';
import type { Accepted } from '../app/publisher.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import {
  type Draft,
  type GroupPublish,
  groupRequests,
  type PublishRequest,
} from '../core/publish-request.ts';
import { mergeShares } from '../core/report-share.ts';
import type { StatusMessage } from '../core/status-message.ts';
import type { GatheredShares, RemoteApp } from './remote-app.ts';
import type { RemotePresence } from './remote-presence.ts';

/** Publishes on all nodes: on this one at once, on the others as it gets there. */
export class ClusterPublisher implements Publisher {
  readonly #local: LocalApp;
  readonly #remote: RemoteApp;
  readonly #presence: RemotePresence;

  constructor(local: LocalApp, remote: RemoteApp, presence: RemotePresence) {
    this.#local = local;
    this.#remote = remote;
    this.#presence = presence;
  }

  async publish(request: PublishRequest, options: PublishOptions): Promise<Published> {
    return this.#carryOut(this.#local.publisher.accept(request, options));
  }

  async publishToGroups(request: GroupPublish, options: PublishOptions): Promise<Published[]> {
    const accepted = this.#local.publisher.acceptForGroups(request, options);
    return Promise.all(accepted.map((each) => this.#carryOut(each)));
  }

  async broadcast(draft: Draft, options: PublishOptions): Promise<Published> {
    return this.#carryOut(this.#local.publisher.acceptBroadcast(draft, options));
  }

  async explain(request: PublishRequest): Promise<Explained> {
    const message = this.#local.publisher.unsent(request);
    const gathering = this.#remote.isAlone ? undefined : this.#remote.explain(message);
    const { report, effects } = this.#local.publisher.foresee(message);
    return { report: gathering ? this.#merge(report, await gathering, message) : report, effects };
  }

  explainToGroups(request: GroupPublish): Promise<(Explained & { groupId: string })[]> {
    const explained = groupRequests(request, this.#local.groups).map(async (each) => {
      return { groupId: each.groupId!, ...(await this.explain(each)) };
    });
    return Promise.all(explained);
  }

  async #carryOut(accepted: Accepted): Promise<Published> {
    const { publisher, counters } = this.#local;
    if (this.#remote.isAlone) return publisher.carryOut(accepted);
    const { message, options, charge } = accepted;
    const effects = publisher.effectsOn(message, options);
    const gathering = this.#remote.publish(message, charge);
    const own = publisher.handOver(message, true, options.origin)!;
    counters.reached(own);
    const report = this.#merge(own, await gathering, message);
    counters.judged(report);
    publisher.conclude(accepted, report);
    return { message, report, effects };
  }

  /** This node's report, with what the others share. */
  #merge(own: DeliveryReport, gathered: GatheredShares, message: StatusMessage): DeliveryReport {
    const { shares, isComplete } = gathered;
    const isHidden = (userId: string) => this.#presence.isHidden(userId);
    const isUnknown = isComplete ? (this.#presence.hasHidden ? isHidden : undefined) : () => true;
    return mergeShares(own, shares, message, isUnknown);
  }
}
