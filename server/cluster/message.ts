import { limits } from '../protocol/limits.ts';

/** The version of what the nodes say to each other. A node that hears another one ignores it. */
const version = 1;

/** What one node tells others, as JSON. */
export interface Message {
  /** Who says so. */
  readonly from: string;
  /** By the sender's own clock, which never goes back, in milliseconds. */
  readonly at: number;
  /** What it is about; `answer` for what was asked. */
  readonly kind: string;
  /** Counts what this sender has sent to all, so that nobody takes it twice, and everybody knows of what is missing. */
  readonly seq?: number;
  /** The App-Key of the app it is about. */
  readonly app?: string;
  /** Asks for an answer, which names this number. */
  readonly ask?: number;
  readonly body?: unknown;
}

/** What no node of this version says: it is ignored. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

export function encodeMessage(message: Message): string {
  return JSON.stringify({ v: version, ...message });
}

/** Undefined for what no node of this version says. */
export function parseMessage(text: string): Message | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { v, from, at, kind, seq = 0, app = '', ask = 0 } = Object(json);
  const isWellFormed =
    v === version &&
    typeof from === 'string' &&
    from.length <= limits.nodeNameCharacters &&
    typeof kind === 'string' &&
    typeof app === 'string' &&
    [at, seq, ask].every(Number.isFinite);
  return isWellFormed ? (json as Message) : undefined;
}
