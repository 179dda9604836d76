import type { PublishEvent } from '../../server/core/sim-event.ts';
import type { ReceivedFrame } from '../inbox.ts';
import { explainEcho, explainRecipient } from './explain.ts';
import { quote, quoteSome } from './quote.ts';

/** What became of one publish for one user: a recipient, or the sender who wants an echo. */
export interface Fate {
  userId: string;
  type: ReceivedFrame['type'];
  messageUID: string | undefined;
  objectName: string;
  fromUserId: string;
  /** In any session of the user. */
  arrived: boolean;
  /** Why, citing the rule. */
  sentence: string;
}

const kept = 100;

/** The latest publishes of one app, without content, for failures to explain themselves with. */
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

  /** Oldest first. */
  get fates(): Fate[] {
    return this.#latest.flatMap(fatesIn);
  }

  /** What the simulator thinks may have been meant, of each publish; the latest of these. */
  get hints(): string[] {
    return [...new Set(this.#latest.flatMap(({ hints = [] }) => hints))].slice(-10);
  }

  /** Says that none was `to "bob"` or `from "bob"`, and what the last one was. */
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

/** The publish and what became of it, in one line. */
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
    messageUID: recipients[0]?.messageUID, // as `uidOf` an echo; a group may be empty
    objectName,
    fromUserId,
    arrived: echo.outcome === 'echoed',
    sentence: explainEcho(echo, fromUserId),
  };
  return [...received, echoed];
}
