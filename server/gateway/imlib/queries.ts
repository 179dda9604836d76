import { writeFields } from './fields.ts';

/**
 * What the client asks for when it has connected: that there is nothing new. Each answer has the version up to which
 * the client then knows everything, which must never go back.
 */
const answers: Readonly<Record<string, (at: number) => Buffer>> = {
  /** Messages that were stored while it was offline: none, and that is all. */
  pullMsg: (at) => writeFields([2, at], [3, 1]),
  /** Messages that were edited: none, and that is all. */
  pullModifyMsg: (at) => writeFields([2, at], [3, 1]),
  /** Events of large groups: none, and no more to come. */
  pullEventChange: (at) => writeFields([2, at], [3, 0]),
  /** How conversations are set. */
  pullSeAtts: (at) => writeFields([1, at]),
  /** How the user is set. */
  pullUS: (at) => writeFields([2, at]),
  /** Robots of the app. */
  qAppBot: () => writeFields(),
  /** The client tells of itself. */
  reportsdk: () => writeFields(),
};

/** The empty answer to a query, or undefined when it is not known. */
export function answerTo(topic: string, at: number): Buffer | undefined {
  return Object.hasOwn(answers, topic) ? answers[topic]!(at) : undefined;
}
