import type { Disconnection } from '../app/ports.ts';
import type { ClockStep } from '../clock/app-clock.ts';
import type { Charge } from '../core/publish-rate.ts';
import { shareOf } from '../core/report-share.ts';
import { MessageUIDs, StatusMessage } from '../core/status-message.ts';
import { noAnswer } from './cluster.ts';
import { type ClusterApp, evict } from './cluster-app.ts';
import { MalformedMessage } from './link.ts';
import type { DatedChanges } from './list-versions.ts';
import type { RemoteSession } from './remote-presence.ts';

type Body = Readonly<Record<string, unknown>>;

/** What a node says about an app. */
export interface Said {
  readonly from: string;
  readonly body: Body;
  /** Whether it is too late to deliver a publish, or was never meant for this node. */
  readonly isTooLate: boolean;
}

/** Carries out what another node says; the result is the answer. */
export type Command = (app: ClusterApp, said: Said) => unknown;

/** Every command that a node sends about an app, except those that the program around the cluster adds. */
export const commands: Readonly<Record<string, Command>> = {
  publish(app, { body, isTooLate }) {
    if (body.charge !== undefined) {
      const [rate, units] = body.charge as Charge;
      app.rates[rate].note(units);
    }
    if (isTooLate) return noAnswer;
    const message = readMessage(app, body);
    const report = app.local.publisher.handOver(message, true)!;
    app.counters.reached(report);
    return shareOf(report, message.isBroadcast);
  },
  explain(app, { body }) {
    const messages = [body.messages].flat().map((each) => readMessage(app, Object(each)));
    return app.local.publisher.foresee(messages).map(({ report }) => shareOf(report, false));
  },
  opened(app, { from, body }) {
    const session = body as unknown as RemoteSession;
    app.presence.remote.opened(from, session);
    evict(app, session);
  },
  closed: (app, { from, body }) => app.presence.remote.closed(from, String(body.userId), String(body.id)),
  change: (app, { body }) => app.control.apply(body as unknown as DatedChanges),
  disconnect: (app, { body }) => app.local.control.disconnect(body as unknown as Disconnection),
  settle: (app, { body }) => app.barrier.settle(Number(body.timeoutMs)),
  steer: (app, { body }) => app.clock.steer(body as unknown as ClockStep),
  clients: (app) => app.hostedClients.list(),
  reset: (app, { body }) => app.control.resetHere(Number(body.at)),
  /** By its answer a node shows that it has carried out all that came before. */
  sync() {},
};

/** A publish as another node has sent it. @throws MalformedMessage when no node would send it so */
function readMessage(app: ClusterApp, { request, uid, uids, sentTime }: Body): StatusMessage {
  const { fromUserId, objectName, content, toUserIds, channelType } = Object(request);
  const texts = [fromUserId, objectName, content, uid];
  const isForAll = channelType === 'SYSTEM' && toUserIds === undefined;
  if (!texts.every((text) => typeof text === 'string') || (!isForAll && !Array.isArray(toUserIds))) {
    throw new MalformedMessage('Not a publish.');
  }
  const random = String(uid).slice(0, -5).replaceAll('-', '');
  const whole = isForAll ? app.local.publisher.broadcastRequest(Object(request)) : Object(request);
  return new StatusMessage(whole, new MessageUIDs(random, Number(uids)), Number(sentTime));
}
