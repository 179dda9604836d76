import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import type { PassEvent } from '../app/deliver.ts';
import type { WebhookTarget } from '../app/settings.ts';
import type { Trace } from '../app/trace.ts';
import type { SessionEvent, SimEvent } from '../core/sim-event.ts';
import type { Platform } from '../protocol/frames.ts';
import { type OnlineStatus, type Post, signedPost, Webhook } from './webhook.ts';

/** Runs the webhooks of all apps that have one. They listen to the sessions in the trace. */
export function startWebhooks(targets: readonly WebhookTarget[], apps: Apps, trace: Trace) {
  /** By App-Key, while the app lives as it is or has events to post from before. */
  const webhooks = new Map<string, Webhook>();
  const targetOf = (key?: string) => targets.find(({ appKey }) => appKey === key);
  const push = (event: SessionEvent) => {
    const target = targetOf(event.appKey) ?? targetOf();
    if (target === undefined) return;
    const app = apps.get(event.appKey);
    const former = webhooks.get(app.key);
    const webhook = former?.isCurrent ? former : open(app, signedPost(target.url, app), former);
    const status = onlineStatusOf(event);
    const pass: PassEvent = (mishap) => webhook.push(status, mishap);
    if (app.interception.active === undefined) pass();
    else app.interception.active.announce(event.userId, pass);
  };
  /** @param former which has events from before the app was reset, or closed and made again */
  const open = (app: App, post: Post, former?: Webhook) => {
    const webhook = new Webhook(post, app.clock, app.counters, former);
    webhooks.set(app.key, webhook);
    app.life.now.addEventListener('abort', async () => {
      await webhook.outlive();
      if (webhooks.get(app.key) === webhook) webhooks.delete(app.key);
    });
    return webhook;
  };
  const listener = (event: SimEvent) => push(event as SessionEvent);
  const unsubscribe = targets.length === 0 ? undefined : trace.listen(listener, undefined, ['session']);
  return {
    /** Posts what is left, as far as that goes quickly. */
    async close(): Promise<void> {
      unsubscribe?.();
      await Promise.all([...webhooks.values()].map((webhook) => webhook.close()));
    },
  };
}

/** An event in RongCloud's words (A6). */
export function onlineStatusOf(event: SessionEvent): OnlineStatus {
  const { userId, platform = 'web', at, clientIp = '', sessionId, state, code = 0, by } = event;
  const hasLoggedOut = by === undefined && loggedOut.includes(code);
  const status = state === 'opened' ? '0' : hasLoggedOut ? '2' : '1';
  return { userid: userId, status, os: systems[platform], time: at, clientIp, sessionId };
}

/** The close codes of a client that leaves on its own; a browser's plain close has none, which is 1005. */
const loggedOut: readonly number[] = [1000, 1005];

const systems: Record<Platform, string> = {
  ios: 'iOS',
  android: 'Android',
  harmony: 'HarmonyOS',
  web: 'Websocket',
  desktop: 'PC',
  miniprogram: 'MiniProgram',
};
