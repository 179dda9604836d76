import type { Wire } from './wire.ts';

/** A server under test. Either this bench serves it, or it is a command. */
export interface Candidate {
  readonly name: string;
  /** What it is, in a few words. */
  readonly about: string;
  readonly wire: Wire;
  /** Not a rival, but this project in another state: it is measured where a workload names it. */
  readonly isVariant?: true;
  /** Serves in the process it is called in; resolves with the port. Rejects when it is not to be had. */
  serve?(): Promise<number>;
  /** The program to start, which then listens on this port of the loopback. Rejects when it is not to be had. */
  command?(port: number): Promise<Command>;
}

export interface Command {
  program: string;
  args: readonly string[];
  /** What the program prints, on stdout or stderr, when it listens. */
  readyText: string;
}
