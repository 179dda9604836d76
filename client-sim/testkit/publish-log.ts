import { explainEcho, explainRecipient } from '../../server/core/explain.ts';
import type { PublishEvent } from '../../server/core/sim-event.ts';
import type { ReceivedFrame } from '../inbox.ts';
import { quote, quoteSome } from './quote.ts';

/** What became of one publish for one user, as a recipient or as the sender who wants an echo. */
export interface Fate {
  userId: string;
  type: ReceivedFrame['type'];
  messageUID: string | undefined;
  objectName: string;
  fromUserId: string;
  /** In some session of the user. */
  arrived: boolean;
  /** Why, with its rule. */
  sentence: string;
}

const kept = 100;

/** The latest publishes of one app, without their content: what a failed assertion explains itself with. */
export class PublishLog {
  readonly #appKey: string;
  readonly #latest: PublishEvent[] = [];
  #count = 0;

  constructor(appKey: string) {
    this.#appKey = appKey;
  }

  add(event: PublishEvent): void {
    this.#count += 1;
    this.#latest.push(event);
    if (this.#latest.length > kept) this.#latest.shift();
  }

  /** The oldest first. */
  get fates(): Fate[] {
    return this.#latest.flatMap(fatesIn);
  }

  /** That none was `to "bob"` or `from "bob"`, and what the last one was. */
  lacking(direction: string): string {
    const last = this.#latest.at(-1);
    if (last === undefined)
      return `Nothing at all was published in the app (App-Key ${quote(this.#appKey)}).`;
    const none = this.#count > kept ? `None of the latest ${kept} publishes` : 'No publish';
    const which = this.#count === 1 ? 'the only one' : `the last of ${this.#count}`;
    const to = quoteSome(last.report.recipients.map(({ userId }) => userId));
    return `${none} was ${direction}: ${which} was ${last.objectName} from ${quote(last.fromUserId)} to ${to}.`;
  }
}

/** One line: which publish, and what became of it. */
export function describeFate({ objectName, fromUserId, sentence, arrived }: Fate): string {
  return `${objectName} from ${quote(fromUserId)}: ${sentence}${arrived ? ' This client does not have it, though.' : ''}`;
}

function fatesIn({ objectName, fromUserId, report }: PublishEvent): Fate[] {
  const { recipients, echo } = report;
  const received = recipients.map((row): Fate => {
    const { userId, messageUID } = row;
    const sentence = explainRecipient(row, fromUserId);
    const arrived = row.outcome === 'delivered';
    return { userId, type: 'status', messageUID, objectName, fromUserId, arrived, sentence };
  });
  const echoed: Fate = {
    userId: fromUserId,
    type: 'echo',
    messageUID: recipients[0]?.messageUID, // by the first of its list an echo is known; a group may be empty
    objectName,
    fromUserId,
    arrived: echo.outcome === 'echoed',
    sentence: explainEcho(echo, fromUserId),
  };
  return [...received, echoed];
}
