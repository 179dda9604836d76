import type { RecipientUID } from '../../server/protocol/frames.ts';
import { PublishError } from '../client.ts';
import { PublishRefused, type StatusPublisher } from '../publisher.ts';
import { typingType } from '../typing.js';
import type { Chance } from './chance.ts';
import type { Crowd } from './crowd.ts';
import type { Label } from './label.ts';
import type { Publication } from './publication.ts';
import type { Referee } from './referee.ts';
import type { Timeline } from './timeline.ts';

export interface BackEndOptions {
  crowd: Crowd;
  referee: Referee;
  timeline: Timeline;
  label: Label;
  publisher: StatusPublisher;
  chance: Chance;
  /** Of each publish. */
  recipients: number;
  /** A sender who is online says first, over its own session, that it is typing. */
  typing: boolean;
}

type Send = (content: string) => Promise<readonly RecipientUID[]>;

/** Requests that wait for their answer. When there are so many, the next ones are left out. */
const inFlightLimit = 100;

const messageType = 'swarm:message';

/** Has users of the crowd write to each other, and notes for the referee what it asked and what was answered. */
export class BackEnd {
  readonly #options: BackEndOptions;
  #inFlight = 0;

  constructor(options: BackEndOptions) {
    this.#options = options;
  }

  /** Resolves when all is answered, or will never be. */
  async publish(): Promise<void> {
    if (this.#inFlight >= inFlightLimit) return;
    this.#inFlight += 1;
    const { crowd, chance, recipients, typing } = this.#options;
    const fromUserId = chance.pick(crowd.userIds);
    const toUserIds = chance.sample(crowd.userIds, recipients);
    const isIncludeSender = chance.next() < 0.5;
    const sending = [this.#request(fromUserId, toUserIds, isIncludeSender)];
    if (typing && crowd.client(fromUserId).online) sending.unshift(this.#type(fromUserId, toUserIds[0]!));
    await Promise.all(sending);
    this.#inFlight -= 1;
  }

  #request(fromUserId: string, toUserIds: readonly string[], isIncludeSender: boolean): Promise<void> {
    const objectName = messageType;
    const publication: Publication = {
      via: 'request',
      fromUserId,
      toUserIds,
      isIncludeSender,
      objectName,
    };
    return this.#send(publication, async (content) => {
      const message = { fromUserId, toUserId: toUserIds, objectName, content, isIncludeSender };
      return (await this.#options.publisher.publish(message)).messageUIDs;
    });
  }

  #type(fromUserId: string, toUserId: string): Promise<void> {
    const objectName = typingType;
    const publication: Publication = {
      via: 'frame',
      fromUserId,
      toUserIds: [toUserId],
      isIncludeSender: false,
      objectName,
    };
    return this.#send(publication, (content) => {
      return this.#options.crowd.client(fromUserId).publish({ toUserId, objectName, content });
    });
  }

  async #send(publication: Publication, send: Send): Promise<void> {
    const { referee, timeline, label } = this.#options;
    const opened = referee.open(publication, timeline.now());
    const answer = await send(label.contentOf(opened.number, publication.objectName)).then(
      accepted,
      notAccepted,
    );
    opened.answered({ ...answer, at: timeline.now() });
  }
}

function accepted(messageUIDs: readonly RecipientUID[]) {
  const uids = new Map(messageUIDs.map(({ userId, messageUID }) => [userId, messageUID]));
  return { outcome: 'accepted', messageUIDs: uids } as const;
}

function notAccepted(error: unknown) {
  if (error instanceof PublishRefused || error instanceof PublishError) {
    return { outcome: 'refused', code: error.code, errorMessage: error.errorMessage } as const;
  }
  return { outcome: 'unanswered', reason: reasonOf(error) } as const;
}

/** `fetch` keeps the reason one level down. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message ? cause.message : message;
}
