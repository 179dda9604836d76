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
  /** They take turns. */
  publishers: readonly StatusPublisher[];
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
  #turn = 0;

  constructor(options: BackEndOptions) {
    this.#options = options;
  }

  /** Resolves when all is answered, or will never be. */
  async publish(): Promise<void> {
    if (this.#inFlight >= inFlightLimit) return;
    this.#inFlight += 1;
    const message = this.#choose();
    await Promise.all([this.#announce(message), this.#request(message)]);
    this.#inFlight -= 1;
  }

  #choose(): Publication {
    const { crowd, chance, recipients } = this.#options;
    return {
      via: 'request',
      fromUserId: chance.pick(crowd.userIds),
      toUserIds: chance.sample(crowd.userIds, recipients),
      isIncludeSender: chance.next() < 0.5,
      objectName: messageType,
    };
  }

  #request(message: Publication): Promise<void> {
    return this.#send(message, async (content) => {
      const { fromUserId, toUserIds: toUserId, isIncludeSender, objectName } = message;
      const publish = { fromUserId, toUserId, isIncludeSender, objectName, content };
      return (await this.#nextPublisher().publish(publish)).messageUIDs;
    });
  }

  #nextPublisher(): StatusPublisher {
    const { publishers } = this.#options;
    return publishers[this.#turn++ % publishers.length]!;
  }

  /** The sender says to the first recipient that it is typing, if it is there to say so. */
  async #announce({ fromUserId, toUserIds }: Publication): Promise<void> {
    const { crowd, typing } = this.#options;
    const sender = crowd.client(fromUserId);
    if (!typing || !sender.online) return;
    const objectName = typingType;
    const toUserId = toUserIds[0]!;
    const message: Publication = {
      via: 'frame',
      fromUserId,
      toUserIds: [toUserId],
      isIncludeSender: false,
      objectName,
    };
    await this.#send(message, (content) => sender.publish({ toUserId, objectName, content }));
  }

  async #send(message: Publication, send: Send): Promise<void> {
    const { referee, timeline, label } = this.#options;
    const opened = referee.open(message, timeline.now());
    const content = label.contentOf(opened.number, message.objectName);
    const answer = await send(content).then(accepted, notAccepted);
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
