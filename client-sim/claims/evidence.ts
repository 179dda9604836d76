import type { Closing } from '../client.ts';
import type { ReceivedFrame } from '../inbox.ts';
import type { PublishLog } from './publish-log.ts';

/** What a claim about a client is judged by. */
export interface Evidence {
  client: { readonly userId: string; readonly discarded: number };
  /** As in `"bob"` or `"bob" (ios)`. */
  name: string;
  /** Everything that arrived and was kept, oldest first. */
  messages: readonly ReceivedFrame[];
  /** How the session ended, if it did. */
  closing: Closing | undefined;
  /** The fault that holds the session, as a clause. */
  hindrance: string | undefined;
  /** What was published in the client's app; undefined when that is not known. */
  record: AppHistory | undefined;
}

export interface AppHistory {
  readonly publishes: PublishLog;
  /** Hints on publishes that may have been meant for this user. */
  hintsAbout(userId: string): string[];
}
