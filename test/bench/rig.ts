import type { Candidate } from './candidate.ts';
import { LoadProcess, type RunFigures } from './load-process.ts';
import { ServerProcess } from './server-process.ts';
import type { Recipients, Wire } from './wire.ts';
import type { Workload } from './workloads.ts';

/** A candidate's server with its load. */
export class Rig {
  readonly candidate: Candidate;
  readonly server: ServerProcess;
  readonly load: LoadProcess;
  #sessions = 0;

  private constructor(candidate: Candidate, server: ServerProcess, load: LoadProcess) {
    this.candidate = candidate;
    this.server = server;
    this.load = load;
  }

  /** Rejects with the reason when the candidate is not to be had on this machine. */
  static async startWith(
    candidate: Candidate,
    sessions: number,
    nodeOptions: readonly string[] = [],
  ): Promise<Rig> {
    const server = await ServerProcess.start(candidate, nodeOptions);
    const rig = new Rig(candidate, server, await LoadProcess.start(candidate.wire, server));
    try {
      await rig.openUpTo(sessions);
    } catch (error) {
      await rig.stop();
      throw error;
    }
    return rig;
  }

  /** Opens sessions until there are so many, of the users 0, 1, 2 … */
  async openUpTo(sessions: number): Promise<void> {
    const openings: string[] = [];
    for (; this.#sessions < sessions; this.#sessions++) {
      openings.push(this.candidate.wire.opening(userId(this.#sessions)));
    }
    await this.load.open(openings);
  }

  prepare(workload: Workload): void {
    const { wire } = this.candidate;
    const content = contentOf(workload.contentBytes);
    this.load.publishing(
      publishesOf(workload).map((all) => Buffer.concat(all.map((to) => wire.publish(to, content)))),
    );
  }

  async run(workload: Workload, count = workload.batches): Promise<RunFigures> {
    const { wire } = this.candidate;
    const { recipients, online, contentBytes, inFlight, callers = inFlight } = workload;
    const bytes = inFlight * online * wire.frameBytes(contentOf(contentBytes));
    await this.load.call(callers, wire.hello); // again each time: some servers soon close an idle connection
    return this.load.run({ count, bytes, answers: inFlight * answersTo(wire, recipients) });
  }

  async stop(): Promise<void> {
    await this.load.stop();
    await this.server.stop();
  }
}

function answersTo(wire: Wire, recipients: number): number {
  return wire.answersTo?.(recipients) ?? 1;
}

/** What callers send in turn, each all of one entry: with pairs several publishes, of which every other one arrives. */
function publishesOf(workload: Workload): Recipients[][] {
  const { pairs, inFlight, callers = inFlight, online } = workload;
  if (pairs === undefined) return [[{ userIds: recipientsOf(workload), online }]];
  const all = Array.from({ length: pairs }, (_, pair): Recipients => {
    const partner = pair % 2 === 0 ? pair + 1 : offline + pair;
    return { from: userId(pair), userIds: [userId(partner)], online: (pair + 1) % 2 };
  });
  const each = inFlight / callers;
  return Array.from({ length: pairs / each }, (_, index) => all.slice(index * each, (index + 1) * each));
}

/** Those who are online are spread over all sessions. */
function recipientsOf({ sessions, recipients, online }: Workload): string[] {
  const step = Math.floor(sessions / online);
  return Array.from({ length: recipients }, (_, index) =>
    userId(index < online ? index * step : offline + index),
  );
}

/** The number of the first user who has no session. */
const offline = 500_000;

/** As long for every user: so all frames are. */
function userId(number: number): string {
  return `user-${String(number).padStart(6, '0')}`;
}

/** A text message of so many bytes. */
function contentOf(bytes: number): string {
  const empty = JSON.stringify({ content: '' });
  return JSON.stringify({ content: 'x'.repeat(bytes - empty.length) });
}
