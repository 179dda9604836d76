import type { Platform } from '../../server/protocol/frames.ts';

/** What can happen in a history, each with what it needs. */
export interface Steps {
  connect: { user: string; platform: Platform | undefined };
  /** The user's oldest session goes away. */
  leave: { user: string };
  /** All of the user's sessions are closed. */
  disconnect: { user: string };
  block: { user: string; other: string };
  unblock: { user: string; other: string };
  wait: { ms: number };
  publish: {
    from: string;
    to: string[];
    verifyBlacklist: boolean;
    isIncludeSender: boolean;
    /** By the sender's oldest session, if there is one; else by a back end. */
    upstream: boolean;
  };
}

export type Step = { [K in keyof Steps]: { do: K } & Steps[K] }[keyof Steps];

/** What became of a publish, recipient by recipient: to how many sessions it went, or why to none. */
export type Outcome =
  | 'refused'
  | { recipients: [userId: string, fate: number | string][]; echo: number | string };

/** One telling of a history: by the real app, or by the rules. */
export type World = { [K in keyof Steps]: (step: Steps[K]) => Outcome | undefined } & {
  /** Number of the step that is being taken; a publish carries it as its content. */
  at: number;
  /** All that reached each session ever opened, and at which step. */
  readonly seen: string[][];
  isOnline(user: string): boolean;
};

export const recipientsPerMinute = 12;
