/** What a message was asked to be. */
export interface Publication {
  /** Asked by a back end's request, or by a client's own frame. */
  via: 'request' | 'frame';
  fromUserId: string;
  /** Each once. */
  toUserIds: readonly string[];
  isIncludeSender: boolean;
  objectName: string;
}

/** What came of asking, as far as the publisher knows, and when it knew. */
export type Answer = { at: number } & (
  | { outcome: 'accepted'; messageUIDs: ReadonlyMap<string, string> }
  | { outcome: 'refused'; code: number; errorMessage: string }
  | { outcome: 'unanswered'; reason: string }
);
