import {
  type DeliveryReport,
  type DropReason,
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
  const simulator = await startSimulator({
    recipientsPerMinute: Infinity,
    groupsPerSecond: Infinity,
    broadcastsPerMinute: Infinity,
    systemPerSecond: Infinity,
    stored: 'online',
    acceptUnknownBuiltIns: true,
    acceptAnyContent: true,
  });
  const replayed: Replayed = { events: 0, skipped: 0, difference: undefined };
  try {
    const replay = new TraceReplay(simulator);
    await replay.begin(events);
    for (const [index, event] of events.entries()) {
      await wait(Math.max(0, event.at - (events[index - 1] ?? event).at));
      if (event.event === 'refused' || event.event === 'accepted') replayed.skipped++;
      else {
        replayed.events++;
        replayed.difference = await replay.repeat(event);
        if (replayed.difference !== undefined) break;
      }
    }
    return replayed;
  } finally {
    await simulator.close();
  }
}

class TraceReplay {
  readonly #simulator: Simulator;
  /** Those that are open, by the recorded session. */
  readonly #clients = new Map<string, SimClient>();
  #report: DeliveryReport | undefined;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    simulator.on('publish', ({ report }) => {
      this.#report = report;
    });
  }

  /** Who leaves without having come was there before. */
  async begin(events: readonly SimEvent[]): Promise<void> {
    if (events.length > 0) this.#simulator.app().clock.freeze(events[0]!.at);
    const sessions = events.filter((event) => event.event === 'session');
    const come = new Set(sessions.filter(({ state }) => state === 'opened').map((event) => event.sessionId));
    for (const event of sessions) if (!come.has(event.sessionId)) await this.#open(event);
  }

  /** Returns what differs, if anything does. */
  async repeat(event: PublishEvent | SessionEvent): Promise<string | undefined> {
    const { clock } = this.#simulator.app();
    await clock.advance(Math.max(0, event.at - clock.read().now));
    if (event.event === 'session') return this.#come(event);
    await this.#publish(event);
    return differenceOf(event, this.#report!);
  }

  async #come(event: SessionEvent): Promise<string | undefined> {
    const { userId, sessionId, state, online } = event;
    if (state === 'opened') await this.#open(event);
    else {
      await this.#clients.get(sessionId)?.close();
      this.#clients.delete(sessionId);
    }
    if (this.#simulator.presence(userId).online === online) return undefined;
    const told = (isOnline: boolean) => `The user is ${isOnline ? 'online' : 'offline'} after it.`;
    return `A session of ${quote(userId)} ${state}. Recorded: ${told(online)} Now: ${told(!online)}`;
  }

  async #open({ userId, sessionId, platform }: SessionEvent): Promise<void> {
    const { wsUrl, dial } = this.#simulator;
    this.#clients.set(sessionId, await connectClient(wsUrl, { userId, platform }, { dial }));
  }

  async #publish({ fromUserId, channelType, stored, contentBytes, report, ...event }: PublishEvent) {
    const toUserId = report.recipients.map(({ userId }) => userId);
    const blocking = report.recipients.filter((row) => row.outcome === 'dropped' && row.reason === 'blocked');
    const groupId = event.groupId ?? '';
    if (channelType === 'GROUP') {
      await this.#call('/group/dismiss.json', { groupId, userId: fromUserId });
      if (toUserId.length > 0) await this.#call('/group/create.json', { groupId, userId: toUserId });
    }
    for (const row of blocking) await this.#block(row, fromUserId, true);
    const message = {
      objectName: event.objectName,
      // A JSON object wherever that can be: a built-in type wants one.
      content: contentBytes < 2 ? 'x' : `{${' '.repeat(contentBytes - 2)}}`,
      isIncludeSender: report.echo.outcome !== 'not-requested',
      verifyBlacklist: blocking.length > 0,
    };
    const isFromClient = event.via === 'client' && channelType === 'PERSON' && !stored;
    const sender = [...this.#clients.values()].find(({ userId }) => userId === fromUserId);
    if (isFromClient && sender) await sender.publish({ ...message, toUserId });
    else {
      const to = channelType === 'GROUP' ? { toGroupId: groupId } : { toUserId };
      await this.#call((stored ? storedPaths : statusPaths)[channelType], { ...message, ...to, fromUserId });
    }
    for (const row of blocking) await this.#block(row, fromUserId, false);
  }

  /** Has a recipient block a user, in the way that the report tells, or no longer. */
  #block({ userId, allowList }: RecipientOutcome, blackUserId: string, on: boolean): Promise<void> {
    if (allowList) return this.#call('/user/whitesetting/set.json', { userId, whiteSetting: on });
    return this.#call(`/user/blacklist/${on ? 'add' : 'remove'}.json`, { userId, blackUserId });
  }

  async #call(path: string, fields: Record<string, string | readonly string[] | boolean>): Promise<void> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields))
      for (const each of [value].flat())
        body.append(name, String(typeof each === 'boolean' ? Number(each) : each));
    const response = await fetch(this.#simulator.url + path, { method: 'POST', body });
    if (!response.ok) throw new Error(`${path} was refused: ${await response.text()}`);
  }
}

const statusPaths = {
  PERSON: '/statusmessage/private/publish.json',
  GROUP: '/statusmessage/group/publish.json',
  SYSTEM: '/message/online/broadcast.json',
};

const storedPaths = {
  PERSON: '/message/private/publish.json',
  GROUP: '/message/group/publish.json',
  SYSTEM: '/message/system/publish.json',
};

/** The first outcome that is another one now. What a slow client, a fault or the network did does not come again. */
function differenceOf(
  { fromUserId, objectName, report }: PublishEvent,
  now: DeliveryReport,
): string | undefined {
  const isRepeatable = (row: RecipientOutcome) =>
    row.outcome === 'delivered' || !passing.includes(row.reason);
  const recorded = { ...report, recipients: report.recipients.filter(isRepeatable) };
  const repeated = sentencesOf(now, fromUserId);
  for (const [userId, sentence] of sentencesOf(recorded, fromUserId)) {
    if (sentence !== repeated.get(userId))
      return `${objectName} from ${quote(fromUserId)}. Recorded: ${sentence} Now: ${repeated.get(userId)}`;
  }
  return undefined;
}

const passing: readonly DropReason[] = ['backpressure', 'fault', 'unknown'];

/** By user; that about the echo under none. */
function sentencesOf({ recipients, echo }: DeliveryReport, fromUserId: string): Map<string, string> {
  const rows = recipients.map((row) => [row.userId, explainRecipient(row, fromUserId)] as const);
  return new Map([...rows, ['', explainEcho(echo, fromUserId)]]);
}
