import { performance } from 'node:perf_hooks';
import { ApiError } from '../core/api-error.ts';
import type { Counters } from '../core/counters.ts';
import type { DeliveryReport } from '../core/delivery-report.ts';
import { planDelivery } from '../core/plan-delivery.ts';
import { type Charge, chargeOf } from '../core/publish-rate.ts';
import {
  type Draft,
  type GroupPublish,
  groupRequests,
  type PublishRequest,
} from '../core/publish-request.ts';
import { MessageUIDs, StatusMessage } from '../core/status-message.ts';
import type { Session } from '../presence/session.ts';
import type { AppParts } from './app-parts.ts';
import { deliver, handOverStraight, type Send } from './deliver.ts';
import type { Explained, Published, Publisher, PublishOptions } from './ports.ts';

/** A publish that has passed all checks. */
export interface Accepted {
  readonly message: StatusMessage;
  readonly options: PublishOptions;
  /** Undefined for a client's own publishes, which are limited per session instead (B1.13). */
  readonly charge: Charge | undefined;
}

/** Handles every publish in three steps: accept, hand over, conclude. */
export class LocalPublisher implements Publisher {
  readonly #app: AppParts;

  constructor(app: AppParts) {
    this.#app = app;
  }

  publish(request: PublishRequest, options: PublishOptions): Published {
    return this.carryOut(this.accept(request, options));
  }

  publishToGroups(request: GroupPublish, options: PublishOptions): Published[] {
    return this.acceptForGroups(request, options).map((accepted) => this.carryOut(accepted));
  }

  broadcast(draft: Draft, options: PublishOptions): Published {
    return this.carryOut(this.acceptBroadcast(draft, options));
  }

  /** @throws ApiError when something refuses it */
  accept(request: PublishRequest, options: PublishOptions): Accepted {
    const charge = this.#admit(request, options, chargeOf(request));
    return { message: this.#number(request, request.toUserIds.length, options), options, charge };
  }

  /** One for each group. @throws ApiError as above */
  acceptForGroups(request: GroupPublish, options: PublishOptions): Accepted[] {
    const charge = this.#admit(request, options, chargeOf(request));
    return groupRequests(request, this.#app.groups).map((each) => {
      return { message: this.#number(each, 1, options), options, charge: charge && [charge[0], 1] };
    });
  }

  /** @throws ApiError as above */
  acceptBroadcast(draft: Draft, options: PublishOptions): Accepted {
    const charge = this.#admit(draft, options, ['broadcasts', 1]);
    return { message: this.#number(this.broadcastRequest(draft), 1, options), options, charge };
  }

  /** A broadcast, to those who are online on this process. */
  broadcastRequest(draft: Draft): PublishRequest {
    return { ...draft, channelType: 'SYSTEM', toUserIds: [...this.#app.presence.onlineUsers()] };
  }

  carryOut(accepted: Accepted): Published {
    const { message, options } = accepted;
    const { counters, trace } = this.#app;
    const effects = this.effectsOn(message, options);
    const isReported = options.reported === true || trace.hears('publish');
    const report = this.handOver(message, isReported, options.origin, counters);
    this.conclude(accepted, report);
    return { message, report, effects };
  }

  /** Judges a message by the sessions of this process, and hands it to them; the report only if asked for. */
  handOver(
    message: StatusMessage,
    reported: boolean,
    origin?: Session,
    counters?: Counters,
  ): DeliveryReport | undefined {
    const { presence, interception } = this.#app;
    const startedAt = performance.now();
    const plan = planDelivery(message.request, presence, this.#app, origin);
    const report = deliver(plan, message, reported, interception.active?.handOver(message), counters);
    this.#app.counters.noteFanOut(performance.now() - startedAt);
    return report;
  }

  /** What interception will do to a publish, if that is to be explained. To be asked before it is handed over. */
  effectsOn(message: StatusMessage, { reported = false }: PublishOptions): Explained['effects'] {
    return reported ? this.#app.interception.active?.effects(message) : undefined;
  }

  /** Traces what became of an accepted publish. */
  conclude({ message, options }: Accepted, report: DeliveryReport | undefined): void {
    if (report === undefined || !this.#app.trace.hears('publish')) return;
    const hints = [...(options.hints?.() ?? []), ...this.#app.hintsOn(report, message.request)];
    this.#app.trace.publish(message, options.via, report, hints);
  }

  explain(request: PublishRequest | GroupPublish): Explained[] {
    return this.foresee(this.unsent(request));
  }

  /**
   * Messages that are only asked about. Their ids are no real ones: with a seed, a question must change nothing.
   * @throws ApiError as a publish would now; it costs nothing
   */
  unsent(publish: PublishRequest | GroupPublish): StatusMessage[] {
    const { interception, rates, groups, clock } = this.#app;
    interception.active?.rehearse().admit(publish.fromUserId);
    const [rate, units] = chargeOf(publish);
    rates[rate].check(units);
    const requests = 'toGroupIds' in publish ? groupRequests(publish, groups) : [publish];
    return requests.map((request) => {
      const count = request.groupId === undefined ? request.toUserIds.length : 1;
      return new StatusMessage(request, new MessageUIDs('000000000000', count), clock.now());
    });
  }

  /** What would become of messages on this process, sent one after the other. */
  foresee(messages: readonly StatusMessage[]): Explained[] {
    const { presence, interception } = this.#app;
    const rehearsal = interception.active?.rehearse();
    return messages.map((message) => {
      const plan = planDelivery(message.request, presence, this.#app);
      const effects = rehearsal?.effects(message);
      const handOver = rehearsal?.handOver(message) ?? handOverStraight;
      const report = deliver(plan, message, true, (share, _, index) => handOver(share, wouldTake, index))!;
      return { report, effects };
    });
  }

  /** Refusals first, then the rate, and ids last: whoever is refused has cost nothing (B1.11). */
  #admit({ fromUserId }: Draft, { origin, takeRate }: PublishOptions, charge: Charge): Charge | undefined {
    this.#app.interception.active?.admit(fromUserId);
    takeRate?.();
    if (origin !== undefined) return undefined;
    this.#app.rates[charge[0]].take(charge[1]);
    return charge;
  }

  #number(request: PublishRequest, uids: number, { via }: PublishOptions): StatusMessage {
    this.#app.counters.publishes[via]++;
    return new StatusMessage(request, new MessageUIDs(this.#app.ids.publish(), uids), this.#app.clock.now());
  }
}

const wouldTake: Send = ({ connection }) => connection.refusal();

type HeldApp = Pick<AppParts, 'interception' | 'life'> & { publisher: Publisher };

/** A reset app starts as new, so what was held in it before is not published. */
function tooLate(): never {
  throw new ApiError('badParameter', 'The app was reset while the fault hold-publish held this publish.');
}

/**
 * Has publishes wait while the fault hold-publish holds their sender's, before anything looks at them (B6.10). One from
 * within this process does not wait: its caller gets the outcome at once.
 */
export function heldPublisher({ publisher, interception, life }: HeldApp): Publisher {
  const whenReleased = <T>(draft: Draft, { via }: PublishOptions, publish: () => T | Promise<T>) => {
    const released = via === 'embedded' ? undefined : interception.active?.hold(draft);
    if (released === undefined) return publish();
    const began = life.now;
    return released.then(() => (began.aborted ? tooLate() : publish()));
  };
  return {
    publish: (request, options) => whenReleased(request, options, () => publisher.publish(request, options)),
    publishToGroups: (request, options) =>
      whenReleased(request, options, () => publisher.publishToGroups(request, options)),
    broadcast: (draft, options) => whenReleased(draft, options, () => publisher.broadcast(draft, options)),
    explain: (request) => publisher.explain(request),
  };
}
