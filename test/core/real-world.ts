import { createApp, type LocalApp } from '../../server/app/app.ts';
import { settingsOf } from '../../server/app/settings.ts';
import { Trace } from '../../server/app/trace.ts';
import { ApiError } from '../../server/core/api-error.ts';
import { fieldsOf } from '../../server/core/parameters.ts';
import { parsePublish } from '../../server/core/publish-request.ts';
import type { Connection, Session } from '../../server/presence/session.ts';
import { idleConnection } from '../fixtures/idle-connection.ts';
import { type Outcome, recipientsPerMinute, type Steps, type World } from './world.ts';

/** The server's own app, on connections that write down what they are handed. */
export class RealWorld implements World {
  at = 0;
  readonly seen: string[][] = [];
  readonly #app: LocalApp;

  constructor() {
    this.#app = createApp({ key: 'app', settings: settingsOf({ recipientsPerMinute }), trace: new Trace() });
    this.#app.clock.freeze(1_795_000_000_000);
  }

  connect({ user: userId, platform }: Steps['connect']): undefined {
    this.#app.sessions.open({ userId, platform, connection: this.#connection() });
  }

  leave({ user }: Steps['leave']): undefined {
    const session = this.#oldestSession(user);
    if (session !== undefined) this.#app.sessions.end(session, 1006);
  }

  disconnect({ user }: Steps['disconnect']): undefined {
    this.#app.control.disconnect({ userId: user });
  }

  block({ user, other }: Steps['block']): undefined {
    this.#app.blacklists.apply({ change: 'add', id: user, members: [other] });
  }

  unblock({ user, other }: Steps['unblock']): undefined {
    this.#app.blacklists.apply({ change: 'remove', id: user, members: [other] });
  }

  wait({ ms }: Steps['wait']): undefined {
    this.#app.clock.freeze(this.#app.clock.now() + ms);
  }

  publish({ from, to, upstream, ...flags }: Steps['publish']): Outcome {
    const fields = {
      fromUserId: from,
      toUserId: to,
      objectName: 'app:step',
      content: `${this.at}`,
      ...flags,
    };
    const request = parsePublish(fieldsOf(fields), this.#app.settings);
    const origin = upstream ? this.#oldestSession(from) : undefined;
    try {
      const source = origin === undefined ? { via: 'sim' as const } : { via: 'client' as const, origin };
      const published = this.#app.publisher.publish(request, { ...source, reported: true });
      const { recipients, echo } = published.report!;
      return {
        recipients: recipients.map((row) => [
          row.userId,
          row.outcome === 'delivered' ? row.sessions : row.reason,
        ]),
        echo: echo.outcome === 'echoed' ? echo.sessions : echo.outcome,
      };
    } catch (error) {
      if (error instanceof ApiError && error.code === 1008) return 'refused';
      throw error;
    }
  }

  isOnline(user: string): boolean {
    return this.#app.directory.presenceOf(user).online;
  }

  #oldestSession(user: string): Session | undefined {
    return this.#app.presence.sessionsOf(user)[0];
  }

  #connection(): Connection {
    const seen: string[] = [];
    this.seen.push(seen);
    const note = (what: string) => {
      seen.push(`step ${this.at}: ${what}`);
      return undefined;
    };
    return {
      ...idleConnection,
      greet: () => note('connected'),
      deliver: ({ request }, place) => note(`status ${request.content} to ${request.toUserIds[place]}`),
      echo: (message) => note(`echo ${message.request.content}`),
      close: (code) => note(`closed ${code}`),
    };
  }
}
