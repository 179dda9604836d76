import type { App } from '../app/app.ts';
import type { Apps } from '../app/apps.ts';
import type { WebhookTarget } from '../app/settings.ts';
import type { Trace } from '../app/trace.ts';
import type { SessionEvent, SimEvent } from '../core/sim-event.ts';
import { onlineStatusOf } from './online-status.ts';
import { signedPost } from './signed-post.ts';
import { Webhook } from './webhook.ts';

/** The webhooks of all apps that have one: they hear of sessions, and of nothing else. */
export class Webhooks {
  readonly #apps: Apps;
  readonly #targets: readonly WebhookTarget[];
  readonly #webhooks = new Map<App, Webhook>();
  readonly #silence: () => void;

  constructor(targets: readonly WebhookTarget[], apps: Apps, trace: Trace) {
    this.#apps = apps;
    this.#targets = targets;
    const hear = (event: SimEvent) => this.#hear(event as SessionEvent);
    this.#silence = targets.length === 0 ? () => {} : trace.listen(hear, undefined, ['session']);
  }

  /** Posts what is left, as far as that goes quickly. */
  async close(): Promise<void> {
    this.#silence();
    await Promise.all([...this.#webhooks.values()].map((webhook) => webhook.close()));
  }

  #hear(event: SessionEvent): void {
    const target =
      this.#targets.find(({ appKey }) => appKey === event.appKey) ??
      this.#targets.find(({ appKey }) => appKey === undefined);
    if (target === undefined) return;
    this.#webhookOf(this.#apps.get(event.appKey), target).push(onlineStatusOf(event));
  }

  #webhookOf(app: App, { url }: WebhookTarget): Webhook {
    const webhook = this.#webhooks.get(app) ?? new Webhook(signedPost(url, app), app.clock, app.counters);
    this.#webhooks.set(app, webhook);
    return webhook;
  }
}
