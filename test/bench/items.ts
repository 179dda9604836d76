/**
 * Where the time of one publish to one user goes, here and in the rivals on the same framework: the samples of a CPU
 * profile, each booked on the innermost step of its stack. Run after `npm run build`:
 * node --import tsx test/bench/items.ts [--write]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate } from './candidate.ts';
import { fastifyWs } from './candidates/fastify-ws.ts';
import { fastifyWsRules } from './candidates/fastify-ws-rules.ts';
import { statusSim } from './candidates/status-sim.ts';
import { thisMachine } from './machine.ts';
import { type CpuProfile, profile } from './profile.ts';
import { median } from './statistics.ts';
import { workloads } from './workloads.ts';

const rounds = 7;
const workload = { ...workloads.find(({ name }) => name === 'one')!, batches: 20_000 };

/** The functions of a step, by name and file, and what it is for. */
const steps: readonly [step: string, functions: RegExp, buys: string][] = [
  ['signature', /^(signedApp|checkSignature) /, 'a wrong secret shows, as with the service (A2)'],
  ['form', /^(parseForm|URLSearchParams) /, 'repeated names, broken escapes refused (A3, B3.8)'],
  ['checks', /\/(publish-request|parameters)\.js|^checkedForm /, 'each limit with its name (B3)'],
  ['rate', /\/publish-rate\.js| takeFromRate /, '1008 and Retry-After (B1.13)'],
  ['ids', /\/nanoid\/|^randomUUID /, 'messageUIDs as the service makes them (A4)'],
  ['host, request id', /^(admit|requestId) /, 'no foreign page gets in (B4.5); A2'],
  [
    'plan and counters',
    /\/(publisher|deliver|plan-delivery|counters|registry)\.js/,
    'who gets it and why, /metrics (B1)',
  ],
  ['encoding', /^encodeStatus |\/encoded-frame\.js|^statusTextAround /, 'one frame for all recipients'],
  ['writing the frame', /\/fast-writer\.js|\/ws\/lib\//, 'the write to the client, most of it the kernel'],
  ['end of the turn', /^(endTurn|schedule) /, 'sixteen in flight leave in one write'],
  ['writing the answer', /^writePayload /, 'most of it the kernel'],
  ['collecting garbage', /^\(garbage collector\) /, ''],
];
const rest = 'Node and Fastify';

/** Microseconds of a publish, by step. */
function timesOf({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const stepOf = new Map<number, string>();
  const name = (node: CpuProfile['nodes'][number], outer: string) => {
    const place = `${node.callFrame.functionName} ${node.callFrame.url}`;
    const own = steps.find(([, functions]) => functions.test(place))?.[0] ?? outer;
    stepOf.set(node.id, own);
    for (const child of node.children ?? []) name(nodes.find(({ id }) => id === child)!, own);
  };
  name(nodes[0]!, rest);
  const ignored = nodes.filter(({ callFrame }) => /^\(idle\)|^dispatch$/.test(callFrame.functionName));
  for (const { id } of ignored) stepOf.delete(id);
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const step = stepOf.get(id);
    if (step !== undefined) times.set(step, (times.get(step) ?? 0) + timeDeltas[index]! / workload.batches);
  }
  return times;
}

async function measure(candidate: Candidate): Promise<Map<string, number>> {
  const { file } = await profile(candidate, workload);
  return timesOf(JSON.parse(readFileSync(file, 'utf8')));
}

const candidates = [statusSim, fastifyWsRules, fastifyWs];
const measured = new Map(candidates.map(({ name }) => [name, [] as Map<string, number>[]]));
for (let round = 0; round < rounds; round++) {
  for (const candidate of candidates) measured.get(candidate.name)!.push(await measure(candidate));
  process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}

const total = 'all of it';
const timeOf = (round: Map<string, number>, step: string) => {
  return step === total ? [...round.values()].reduce((sum, each) => sum + each, 0) : (round.get(step) ?? 0);
};
const row = (step: string, buys: string) => {
  const times = candidates.map(({ name }) => median(measured.get(name)!.map((round) => timeOf(round, step))));
  return `| ${[step, ...times.map((time) => time.toFixed(1)), buys].join(' | ')} |`;
};
const { processor, cores, kernel, node, day } = thisMachine();
const page = `# Where one publish to one user spends its time

Written by \`node --import tsx test/bench/items.ts --write\` on ${day}: do not edit it by hand. Microseconds of a publish by
a CPU profile, which costs time of its own: medians of ${rounds} rounds. Each sample counts for the innermost step of its stack.

Machine: ${processor}, ${cores} cores, Linux ${kernel}, Node ${node}.

| | ${candidates.map(({ name }) => name).join(' | ')} | what it buys |
| --- |${' ---: |'.repeat(candidates.length)} --- |
${[...steps.map(([step, , buys]) => row(step, buys)), row(rest, 'HTTP, routing, hooks'), row(total, '')].join('\n')}
`;
if (process.argv.includes('--write')) writeFileSync(join(import.meta.dirname, 'items.md'), page);
process.stdout.write(page);
