import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import { Trace, type TraceListener } from '../app/trace.ts';
import type { ClockStep } from '../clock/app-clock.ts';
import { MessageUIDs } from '../core/message-uids.ts';
import type { Fields } from '../core/parameters.ts';
import { shareOf } from '../core/report-share.ts';
import type { SimEvent } from '../core/sim-event.ts';
import { StatusMessage } from '../core/status-message.ts';
import type { DistantSession } from '../presence/elsewhere.ts';
import type { ListState } from '../presence/lists.ts';
import { replaces } from '../presence/session.ts';
import { type Cluster, type ClusterHost, noAnswer } from './cluster.ts';
import type { Message } from './message.ts';
import type { ForwardedAnswer, ForwardedRequest, ListChange, Taken } from './peers.ts';

/** What a node says of itself to one that does not know it, about one app. */
interface AppState {
  app: string;
  sessions?: DistantSession[];
  blacklists?: ListState[];
  groups?: ListState[];
  /** When the lists were last cleared. */
  clearedAt?: number;
  /** The app whose events it wants to hear; every app, if there is none. */
  hears?: true;
}

/** Sessions, or lists, in one text. */
const partItems = 1000;

/** This process, as a node of a cluster: carries out what the others say, and tells them what they have to know. */
export class Node implements ClusterHost {
  readonly #cluster: Cluster;
  readonly #apps: Apps;
  readonly #trace: Trace;
  /** What the others tell of what happens there. */
  readonly #distant = new Trace();
  /** How many listen here to all nodes, by app. */
  readonly #hearing = new Map<string, number>();
  /** Who wants to hear what happens here, by app, with what ends it. */
  readonly #forwarding = new Map<string, Map<string, () => void>>();
  /** Longest a publish may have been under way: its sender must still be waiting for the answer (B1.9). */
  readonly #latestMs: number;
  readonly #answerRequest: (request: ForwardedRequest) => Promise<ForwardedAnswer>;

  constructor(
    cluster: Cluster,
    apps: Apps,
    trace: Trace,
    deadlineMs: number,
    answerRequest: (request: ForwardedRequest) => Promise<ForwardedAnswer>,
  ) {
    this.#answerRequest = answerRequest;
    this.#cluster = cluster;
    this.#apps = apps;
    this.#trace = trace;
    this.#latestMs = deadlineMs * 0.6;
  }

  /** Calls `listener` at each event of this app on any node; there when every node knows of it. */
  async listen(listener: TraceListener, appKey: string): Promise<() => void> {
    const ends = [this.#trace.listen(listener, appKey), this.#distant.listen(listener, appKey)];
    const count = (this.#hearing.get(appKey) ?? 0) + 1;
    this.#hearing.set(appKey, count);
    if (count === 1) await this.#cluster.ask('hear', appKey);
    return () => {
      for (const end of ends) end();
      const left = (this.#hearing.get(appKey) ?? 1) - 1;
      this.#hearing.set(appKey, left);
      if (left > 0) return;
      this.#hearing.delete(appKey);
      this.#cluster.tell('unhear', appKey);
    };
  }

  receive({ from, kind, app: appKey, body }: Message, lateMs: number): unknown {
    if (appKey === undefined) return undefined;
    if (from === this.#cluster.node) return this.#receiveOwn(kind, appKey, Object(body));
    switch (kind) {
      case 'hear':
        return this.#forward(from, appKey);
      case 'unhear':
        return this.#endForwarding(from, appKey);
      case 'event':
        return this.#distant.emit(body as SimEvent);
    }
    const app = this.#apps.find(appKey);
    return app && this.#carryOut(app, from, kind, Object(body), lateMs);
  }

  state(): unknown[] {
    const parts: AppState[] = [...this.#apps].flatMap((app) => stateOf(app));
    for (const app of this.#hearing.keys()) parts.push({ app, hears: true });
    return parts.length === 0 ? [null] : parts;
  }

  adopt(node: string, state: readonly unknown[]): void {
    const parts = state.filter((part): part is AppState => typeof Object(part).app === 'string');
    const sessions = new Map<App, DistantSession[]>([...this.#apps].map((app) => [app, []]));
    this.#endForwarding(node);
    for (const part of parts) {
      if (part.hears) this.#forward(node, part.app);
      const app = this.#apps.find(part.app);
      if (app === undefined) continue;
      sessions.set(app, [...(sessions.get(app) ?? []), ...(part.sessions ?? [])]);
      for (const name of ['blacklists', 'groups'] as const) {
        if ((part.clearedAt ?? 0) > app[name].clearedAt) app[name].clear(part.clearedAt);
        for (const list of part[name] ?? []) {
          app.peers?.seeChange(list.changedAt);
          app[name].adopt(list);
        }
      }
    }
    for (const [app, there] of sessions) {
      app.presence.elsewhere.replace(node, there);
      for (const session of there) this.#giveWayToLater(app, node, session);
    }
  }

  hide(node: string): void {
    for (const app of this.#apps) app.presence.elsewhere.hide(node);
  }

  forget(node: string): void {
    for (const app of this.#apps) app.presence.elsewhere.forget(node);
    this.#endForwarding(node);
  }

  /** What this node has sent to all has come to its place in the order of all. */
  #receiveOwn(kind: string, appKey: string, body: Record<string, unknown>): void {
    const peers = this.#apps.find(appKey)?.peers;
    if (kind === 'opened') peers?.placed(String(body.id));
    if (kind === 'change') peers?.changed(Number(body.at));
  }

  #carryOut(app: App, from: string, kind: string, body: Record<string, unknown>, lateMs: number): unknown {
    switch (kind) {
      case 'publish':
        return this.#publish(app, body, lateMs);
      case 'explain':
        return shareOf(app.explainHere(readMessage(app, body)), false);
      case 'opened':
        app.presence.elsewhere.opened(from, body as unknown as DistantSession);
        return app.giveWay(body as unknown as DistantSession);
      case 'closed':
        return app.presence.elsewhere.closed(from, String(body.userId), String(body.id));
      case 'change':
        app.peers?.seeChange(Number(body.at));
        return app.changeHere(body as unknown as ListChange);
      case 'disconnect':
        return app.disconnectHere(String(body.userId));
      case 'settle':
        return app.barrier.settle(Number(body.timeoutMs));
      case 'steer':
        return app.clock.steer(body as ClockStep);
      case 'fault':
        return app.faultHere(
          body.action as 'set' | 'remove',
          new Map(body.fields as [string, unknown[]][]) as Fields,
        );
      case 'clients':
        return app.hostedClients.list();
      case 'request':
        return this.#answerRequest(body as unknown as ForwardedRequest);
      case 'reset':
        app.peers?.seeChange(Number(body.at));
        return app.reset(Number(body.at));
      default:
        return undefined; // also `sync`: who answers has carried out all that came before
    }
  }

  /** Not if its sender may have answered without this node: whoever then passes a barrier must have seen all (B1.9). */
  #publish(app: App, body: Record<string, unknown>, lateMs: number): unknown {
    if (body.taken !== undefined) app.noteTaken(body.taken as Taken);
    const isLeftOut = Array.isArray(body.without) && body.without.includes(this.#cluster.node);
    if (lateMs > this.#latestMs || isLeftOut) return noAnswer;
    const message = readMessage(app, body);
    return shareOf(app.relay(message), message.isBroadcast);
  }

  /** After an outage there is no order of logins: of two sessions of one class the one that was opened later stays. */
  #giveWayToLater(app: App, node: string, to: DistantSession): void {
    const isLater = app.presence.sessionsOf(to.userId).some((session) => {
      if (!replaces(to, session)) return false;
      if (to.openedAt !== session.openedAt) return to.openedAt > session.openedAt;
      return node > this.#cluster.node;
    });
    if (isLater) app.giveWay(to);
  }

  #forward(node: string, appKey: string): void {
    const ends = this.#forwarding.get(node) ?? new Map<string, () => void>();
    if (ends.has(appKey)) return;
    const forward = (event: SimEvent) => this.#cluster.tellOne(node, 'event', event, { app: appKey });
    this.#forwarding.set(node, ends.set(appKey, this.#trace.listen(forward, appKey)));
  }

  #endForwarding(node: string, appKey?: string): void {
    const ends = this.#forwarding.get(node);
    for (const [key, end] of ends ?? []) {
      if (appKey !== undefined && key !== appKey) continue;
      end();
      ends?.delete(key);
    }
    if (ends?.size === 0) this.#forwarding.delete(node);
  }
}

/** All that another node must know of an app, in parts. */
function stateOf(app: App): AppState[] {
  const { key, presence, blacklists, groups } = app;
  const sessions = [...presence.sessions()].map(({ connection: _, ...session }) => session);
  const clearedAt = blacklists.clearedAt;
  return [
    { app: key, ...(clearedAt === 0 ? {} : { clearedAt }) },
    ...inParts(sessions).map((part) => ({ app: key, sessions: part })),
    ...inParts([...blacklists.state()]).map((part) => ({ app: key, blacklists: part })),
    ...inParts([...groups.state()]).map((part) => ({ app: key, groups: part })),
  ];
}

function inParts<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += partItems)
    parts.push(items.slice(start, start + partItems));
  return parts;
}

/** A publish as another node has sent it. @throws TypeError when no node would send it so */
function readMessage(app: App, { request, uid, uids, sentTime }: Record<string, unknown>): StatusMessage {
  const { fromUserId, objectName, content, toUserIds, channelType } = Object(request);
  const texts = [fromUserId, objectName, content, uid];
  const isForAll = channelType === 'SYSTEM';
  if (!texts.every((text) => typeof text === 'string') || (!isForAll && !Array.isArray(toUserIds))) {
    throw new TypeError('Not a publish.');
  }
  const random = String(uid).slice(0, -5).replaceAll('-', '');
  const whole = isForAll ? app.broadcastHere(Object(request)) : Object(request);
  return new StatusMessage(whole, new MessageUIDs(random, Number(uids)), Number(sentTime));
}
