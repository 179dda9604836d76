import {
  type AppControl,
  type DeliveryReport,
  type PublishEvent,
  type RecipientOutcome,
  type SessionEvent,
  type SimEvent,
  type Simulator,
  startSimulator,
} from '../../server/index.ts';
import { explainEcho, explainRecipient } from '../claims/explain.ts';
import { quote } from '../claims/quote.ts';
import type { SimClient } from '../client.ts';
import { connectClient } from '../connect.ts';

/** What came of a replay. */
export interface Replayed {
  /** Events that came again. */
  events: number;
  /** Requests that had been refused, or were not simulated: a trace does not have what they asked for. */
  skipped: number;
  /** The first outcome that is not the recorded one, in a sentence. */
  difference: string | undefined;
}

/**
 * Lets the sessions and publishes of a trace come again, in a fresh app at the recorded times of its clock, until an
 * outcome differs. A trace has no contents: others of the same size stand in for them.
 * @param wait lets real time pass before an event that came so many milliseconds after the one before
 */
export async function replayTrace(
  events: readonly SimEvent[],
  wait: (ms: number) => Promise<void> = async () => {},
): Promise<Replayed> {
  const everything = {
    recipientsPerMinute: Infinity,
    groupsPerSecond: Infinity,
    broadcastsPerMinute: Infinity,
    systemPerSecond: Infinity,
    stored: 'online' as const,
  };
  const simulator = await startSimulator({
    ...everything,
    acceptUnknownBuiltIns: true,
    acceptAnyContent: true,
  });
  const replay = new TraceReplay(simulator);
  let skipped = 0;
  try {
    await replay.begin(events);
    for (const [index, event] of events.entries()) {
      await wait(Math.max(0, event.at - (events[index - 1] ?? event).at));
      if (event.event === 'refused' || event.event === 'accepted') skipped++;
      else {
        const difference = await replay.repeat(event);
        if (difference !== undefined) return { events: index + 1 - skipped, skipped, difference };
      }
    }
    return { events: events.length - skipped, skipped, difference: undefined };
  } finally {
    await simulator.close();
  }
}

class TraceReplay {
  readonly #simulator: Simulator;
  readonly #app: AppControl;
  /** By the recorded session. */
  readonly #clients = new Map<string, SimClient>();
  #report: DeliveryReport | undefined;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    this.#app = simulator.app();
    this.#app.listen((event) => {
      if (event.event === 'publish') this.#report = event.report;
    });
  }

  /** Who leaves without having come was there before. */
  async begin(events: readonly SimEvent[]): Promise<void> {
    if (events.length > 0) this.#app.clock.freeze(events[0]!.at);
    const opened = new Set<string>();
    for (const event of events) {
      if (event.event !== 'session') continue;
      if (event.state === 'closed' && !opened.has(event.sessionId)) await this.#open(event);
      opened.add(event.sessionId);
    }
  }

  /** Returns what differs, if anything does. */
  async repeat(event: PublishEvent | SessionEvent): Promise<string | undefined> {
    await this.#app.clock.advance(Math.max(0, event.at - this.#app.clock.read().now));
    return event.event === 'session' ? this.#come(event) : this.#publish(event);
  }

  async #come(event: SessionEvent): Promise<string | undefined> {
    const { userId, sessionId, state, online } = event;
    if (state === 'opened') await this.#open(event);
    else await this.#clients.get(sessionId)?.close();
    if (this.#simulator.presence(userId).online === online) return undefined;
    const told = (isOnline: boolean) => `The user is ${isOnline ? 'online' : 'offline'} after it.`;
    return `A session of ${quote(userId)} ${state}. Recorded: ${told(online)} Now: ${told(!online)}`;
  }

  async #open({ userId, sessionId, platform }: SessionEvent): Promise<void> {
    const client = await connectClient(
      this.#simulator.wsUrl,
      { userId, platform },
      { dial: this.#simulator.dial },
    );
    this.#clients.set(sessionId, client);
  }

  async #publish(event: PublishEvent): Promise<string | undefined> {
    const { fromUserId, channelType, groupId, objectName, contentBytes, report, stored } = event;
    const toUserId = report.recipients.map(({ userId }) => userId);
    const blocking = report.recipients.filter((row) => row.outcome === 'dropped' && row.reason === 'blocked');
    const message = {
      ...(channelType === 'PERSON' || (channelType === 'SYSTEM' && stored) ? { toUserId } : {}),
      ...(channelType === 'GROUP' ? { toGroupId: groupId! } : {}),
      objectName,
      content: standIn(contentBytes),
    };
    const flags = {
      isIncludeSender: report.echo.outcome !== 'not-requested',
      verifyBlacklist: blocking.length > 0,
    };
    if (channelType === 'GROUP') {
      await this.#call('/group/dismiss.json', { groupId: groupId!, userId: fromUserId });
      if (toUserId.length > 0)
        await this.#call('/group/create.json', { groupId: groupId!, userId: toUserId });
    }
    for (const row of blocking) await this.#block(row, fromUserId, true);
    const sender = event.via === 'client' && !stored && this.#clientOf(fromUserId);
    if (sender && channelType === 'PERSON') await sender.publish({ ...message, toUserId, ...flags });
    else
      await this.#call((stored ? storedPaths : publishPaths)[channelType], {
        fromUserId,
        ...message,
        ...asDigits(flags),
      });
    for (const row of blocking) await this.#block(row, fromUserId, false);
    return differenceOf(event, this.#report!);
  }

  /** Has a recipient block a user, in the way that the report tells, or no longer. */
  #block({ userId, allowList }: RecipientOutcome, blackUserId: string, on: boolean): Promise<unknown> {
    if (allowList) return this.#call('/user/whitesetting/set.json', { userId, whiteSetting: on ? '1' : '0' });
    return this.#call(`/user/blacklist/${on ? 'add' : 'remove'}.json`, { userId, blackUserId });
  }

  #clientOf(userId: string): SimClient | undefined {
    const open = this.#simulator.presence(userId).sessions.map(({ sessionId }) => sessionId);
    return [...this.#clients.values()].find(({ sessionId }) => open.includes(sessionId));
  }

  async #call(path: string, fields: Record<string, string | readonly string[]>): Promise<void> {
    const pairs = Object.entries(fields).flatMap(([name, value]) => {
      return [value].flat().map((each): [string, string] => [name, each]);
    });
    const response = await fetch(this.#simulator.url + path, {
      method: 'POST',
      body: new URLSearchParams(pairs),
    });
    if (!response.ok) throw new Error(`${path} was refused: ${await response.text()}`);
  }
}

const publishPaths = {
  PERSON: '/statusmessage/private/publish.json',
  GROUP: '/statusmessage/group/publish.json',
  SYSTEM: '/message/online/broadcast.json',
};

const storedPaths = {
  PERSON: '/message/private/publish.json',
  GROUP: '/message/group/publish.json',
  SYSTEM: '/message/system/publish.json',
};

/** A JSON object wherever that can be: a built-in type wants one. */
function standIn(bytes: number): string {
  return bytes < 2 ? 'x' : `{${' '.repeat(bytes - 2)}}`;
}

function asDigits(flags: Record<string, boolean>): Record<string, string> {
  return Object.fromEntries(Object.entries(flags).map(([name, on]) => [name, on ? '1' : '0']));
}

/** The first outcome that is another one now. What a slow client, a fault or the network did does not come again. */
function differenceOf(
  { fromUserId, objectName, report }: PublishEvent,
  now: DeliveryReport,
): string | undefined {
  const repeated = sentencesOf(now, fromUserId);
  for (const [key, sentence] of sentencesOf(report, fromUserId)) {
    const row = report.recipients.find(({ userId }) => userId === key);
    if (row?.outcome === 'dropped' && ['backpressure', 'fault', 'unknown'].includes(row.reason)) continue;
    if (sentence === repeated.get(key)) continue;
    return `${objectName} from ${quote(fromUserId)}. Recorded: ${sentence} Now: ${repeated.get(key)}`;
  }
  return undefined;
}

/** By user; that about the echo under none. */
function sentencesOf(
  { recipients, echo }: DeliveryReport,
  fromUserId: string,
): Map<string | undefined, string> {
  const rows = recipients.map((row) => [row.userId, explainRecipient(row, fromUserId)] as const);
  return new Map<string | undefined, string>([...rows, [undefined, explainEcho(echo, fromUserId)]]);
}
