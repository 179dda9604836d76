import { performance } from 'node:perf_hooks';
import type { Counters } from '../core/counters.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import { MessageUIDs } from '../core/message-uids.ts';
import { planDelivery } from '../core/plan-delivery.ts';
import type { Charge } from '../core/publish-rate.ts';
import {
  type Draft,
  type GroupPublish,
  groupRequests,
  type PublishRequest,
} from '../core/publish-request.ts';
import { StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';
import type { AppParts } from './app-parts.ts';
import { deliver, type HandOver } from './deliver.ts';
import type { Explained, Published, PublishOptions } from './ports.ts';

/** A publish that nothing refuses any more. */
export interface Accepted {
  readonly message: StatusMessage;
  readonly options: PublishOptions;
  /** Undefined for a client's own publishes, which are limited per session instead (B1.13). */
  readonly charge: Charge | undefined;
}

export type LocalPublisher = ReturnType<typeof localPublisher>;

/** The way of every publish, in three steps: accept, hand over, conclude. */
export function localPublisher(app: AppParts) {
  const { presence, blacklists, groups, interception, counters, rates, ids, clock, trace } = app;

  /** Refusals first, then the rate, and ids last: a publish that is refused has cost nothing (B1.11). */
  function admit({ fromUserId }: Draft, { origin }: PublishOptions, charge: Charge): Charge | undefined {
    interception.active?.admit(fromUserId);
    if (origin !== undefined) return undefined;
    rates.take(charge);
    return charge;
  }

  function number(request: PublishRequest, uids: number, { via }: PublishOptions): StatusMessage {
    counters.publishes[via]++;
    return new StatusMessage(request, ids.messageUIDs(uids), clock.now());
  }

  return {
    publish(request: PublishRequest, options: PublishOptions): Published {
      return this.carryOut(this.accept(request, options));
    },
    publishToGroups(request: GroupPublish, options: PublishOptions): Published[] {
      return this.acceptForGroups(request, options).map((accepted) => this.carryOut(accepted));
    },
    broadcast(draft: Draft, options: PublishOptions): Published {
      return this.carryOut(this.acceptBroadcast(draft, options));
    },
    explain(request: PublishRequest): Explained {
      return this.foresee(this.unsent(request));
    },
    explainToGroups(request: GroupPublish) {
      return groupRequests(request, groups).map((each) => ({
        groupId: each.groupId!,
        ...this.explain(each),
      }));
    },

    /** @throws ApiError when something refuses it */
    accept(request: PublishRequest, options: PublishOptions): Accepted {
      const count = request.toUserIds.length;
      const charge = admit(request, options, ['recipients', count]);
      return { message: number(request, count, options), options, charge };
    },
    /** One for each group. @throws ApiError as above */
    acceptForGroups(request: GroupPublish, options: PublishOptions): Accepted[] {
      const charge = admit(request, options, ['groups', request.toGroupIds.length]);
      return groupRequests(request, groups).map((each) => {
        return { message: number(each, 1, options), options, charge: charge && ['groups', 1] };
      });
    },
    /** @throws ApiError as above */
    acceptBroadcast(draft: Draft, options: PublishOptions): Accepted {
      const charge = admit(draft, options, ['broadcasts', 1]);
      return { message: number(this.broadcastRequest(draft), 1, options), options, charge };
    },
    /** A broadcast, to those who are online on this process. */
    broadcastRequest(draft: Draft): PublishRequest {
      return { ...draft, channelType: 'SYSTEM', toUserIds: [...presence.onlineUsers()] };
    },

    carryOut(accepted: Accepted): Published {
      const { message, options } = accepted;
      const effects = this.effectsOn(message, options);
      const isReported = options.reported === true || trace.hears('publish');
      const report = this.handOver(message, isReported, options.origin, counters);
      this.conclude(accepted, report);
      return { message, report, effects };
    },
    /** Judges a message by the sessions of this process, and hands it to them; the report only if asked for. */
    handOver(message: StatusMessage, reported: boolean, origin?: Session, counted?: Counters) {
      const startedAt = performance.now();
      const plan = planDelivery(message.request, presence, blacklists, origin);
      const report = deliver(plan, message, reported, interception.active?.handOver, counted);
      counters.noteFanOut(performance.now() - startedAt);
      return report;
    },
    /** What interception will do to a publish, if that is to be explained. To be asked before it is handed over. */
    effectsOn({ request }: StatusMessage, { reported = false }: PublishOptions): Explained['effects'] {
      return reported ? interception.active?.effects(request.toUserIds.length) : undefined;
    },
    /** Traces what became of an accepted publish. */
    conclude({ message, options }: Accepted, report: DeliveryReport | undefined): void {
      if (report === undefined || !trace.hears('publish')) return;
      trace.publish(message, options.via, report, options.hints?.());
    },

    /** A message that is only asked about. Its ids are no real ones: with a seed, a question must change nothing. */
    unsent(request: PublishRequest): StatusMessage {
      const count = request.groupId === undefined ? request.toUserIds.length : 1;
      return new StatusMessage(request, new MessageUIDs('000000000000', count), clock.now());
    },
    /** What would become of a message on this process. */
    foresee(message: StatusMessage): Explained {
      const recipients = message.request.toUserIds.length;
      const plan = planDelivery(message.request, presence, blacklists);
      const report = deliver(
        plan,
        message,
        true,
        interception.active?.foresee(recipients) ?? handOverNothing,
      )!;
      return { report, effects: interception.active?.effects(recipients) };
    },
  };
}

/** As if every session took the message. */
const handOverNothing: HandOver = () => [];
