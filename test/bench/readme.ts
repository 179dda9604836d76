import { allCandidates } from './candidates/all.ts';
import type { ContestResult } from './contest.ts';
import { judge } from './goals.ts';
import type { Results } from './results.ts';
import { summarize } from './summary.ts';
import { asMarkdown, contestTable, goalTable, idleTable, neighbourTable } from './tables.ts';

/** The text of README.md: all that the run found, and where others are ahead. */
export function readme(results: Results): string {
  const { machine, command, rounds, contests, idle, neighbour, absent } = results;
  const parts = [
    `# Side by side

What a delivery costs here and elsewhere. Written by \`npm run bench -- --write\`: do not edit it by hand. A run of some
workloads leaves the other tables as they are; each says by which run.

\`\`\`sh
npm run bench                    # all of it, some forty minutes
npm run bench -- fanout one      # some workloads
npm run bench -- --quick         # under a minute, only to see that it runs
npm run bench -- --check         # counts, which no busy machine changes, compared with counts.json
npm run bench -- --help
\`\`\`

Machine: ${machine.processor}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node}.

The server has one core, the load the other. The figure is CPU time of the server's process by the system's own
accounting, user and system, all threads. Every round runs every candidate in turn, first for half a second without
measuring: meanwhile the others have had the caches, and V8 has given back memory that it gets again page by page. A
ratio compares two candidates of the same round: medians of ${rounds} rounds, with the lowest and the highest. Only ratios of
one run mean anything: the same program costs twice as much on another day. The receiver drops the bytes unread and
never sleeps, so that it limits nobody: the floor shows how fast it can be. Loopback books part of the receiver's work
on the sender, which makes all differences smaller than they are.

![CPU as a multiple of the C floor](chart.svg)

Beside this: [what a test of the kit costs](kit.md), and [what an order of explore costs](explore.md).
`,
    '## Who is compared\n',
    allCandidates.map(({ name, about }) => `- **${name}**: ${about}\n`).join(''),
    absent.length === 0
      ? ''
      : `Not measured: ${absent.map(({ name, reason }) => `${name} (${reason})`).join('; ')}.\n`,
    ...contests.map((each) => contestPart(each, `${rounds} rounds of \`${command}\` on ${machine.day}.`)),
    ...(idle.length === 0 ? [] : [`## An idle session\n\n${asMarkdown(idleTable(idle))}`]),
    ...(neighbour === undefined
      ? []
      : [
          `## What another session notices of ${neighbour.workload.title}\n\n${asMarkdown(neighbourTable(neighbour))}`,
        ]),
    `## Goals\n\n${asMarkdown(goalTable(judge(results)))}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n')}`;
}

function contestPart(contest: ContestResult, run: string): string {
  const summaries = summarize(contest);
  const table = asMarkdown(contestTable(summaries));
  const { workload } = contest;
  const ahead = summaries
    .filter(
      ({ candidate, timesOurs }) =>
        !notPeers.has(candidate) && timesOurs !== undefined && timesOurs.median < 1,
    )
    .map(({ candidate, timesOurs }) => `${candidate} (${timesOurs!.median.toFixed(2)} × our CPU)`);
  const verdict = ahead.length === 0 ? 'No peer is ahead.' : `Ahead of us: ${ahead.join(', ')}.`;
  return `## ${workload.name}: ${workload.title}\n\n${verdict} ${run}\n\n${table}`;
}

/** Measures, not rivals. */
const notPeers = new Set([
  'floor-c',
  'floor-node',
  'bare-post',
  'fastify-ws-rules',
  'status-sim',
  'visited',
  'webhook-down',
  'imlib',
]);
