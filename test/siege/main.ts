import { parseArgs } from 'node:util';
import { swarmVerdict } from '../../client-sim/cli/swarm-table.ts';
import { colors, print, tell } from '../../client-sim/cli/terminal.ts';
import { violationLines } from '../../client-sim/cli/violation-lines.ts';
import { pace } from '../../client-sim/swarm/pace.ts';
import { Swarm } from '../../client-sim/swarm/swarm.ts';
import { swarmRecord } from '../../client-sim/swarm/swarm-record.ts';
import { timeLimit } from '../../client-sim/time-limit.ts';
import type { Reading } from '../soak/reading.ts';
import { attacks, Camp } from './attacks.ts';
import { Besieged } from './besieged.ts';

const help = `Usage: npm run siege -- [options]

Attacks a server in every way there is, beside honest clients, each of whose messages is judged. The server's memory is
measured as what JavaScript uses, heap and outside of it, after a garbage collection: once when all attacks have been
under way for a fifth of the time, and again when they are over. Exits with 1 when the server has not held.

Options:
  --minutes N   how long (default: 5)
  --clients N   honest users with one session each (default: 100)
  --attack X    only this one; may be repeated
  --help        this

Attacks: ${Object.keys(attacks).join(', ')}, a standard output that nobody reads.
`;

/** Bytes by which the memory may have grown. */
const allowedGrowth = 64 * 1024 * 1024;
/** How long it may take until what the attackers held is gone. */
const restMs = 60_000;
const readingsPerSecond = 0.1;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    clients: { type: 'string', default: '100' },
    attack: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) print(help);
else process.exit(await besiege());

/** The exit code. */
async function besiege(): Promise<number> {
  const durationMs = Number(values.minutes) * 60_000;
  const server = await Besieged.start();
  const swarm = new Swarm({
    url: server.url,
    wsUrl: server.wsUrl,
    clients: Number(values.clients),
    publishesPerSecond: 20,
    recipients: 10,
    churnPercent: 5,
    typing: true,
    durationMs,
    seed: 'siege',
  });
  const camp = new Camp(server.url);
  /** The first that follows a while of publishing; on a busy machine a short siege may have none before it is over. */
  let start: Reading | undefined;
  let mostBytes = 0;
  const read = async () => {
    const reading = await server.read();
    if (swarm.publishingMs >= durationMs / 5) start ??= reading;
    mostBytes = Math.max(mostBytes, reading.usedBytes);
    tell(progressOf(swarm, reading));
  };
  const quietly = () => void read().catch(() => {}); // what has ended the server is told below
  camp.begin(values.attack);
  const stopReading = pace(readingsPerSecond, quietly);
  const callOff = timeLimit(durationMs / 5, quietly);
  const failure = await swarm.run().then(
    () => undefined,
    (error: Error) => error.message,
  );
  stopReading();
  callOff();
  await camp.end().catch(() => camp.breaches.add('At the end the server does not answer.'));
  const after = await readAtRest(server, start).catch(() => undefined);
  start ??= after;
  const ended = server.end;
  const errors = await internalErrors(server.url);
  await swarm.close();
  const exit = await server.stop();

  const record = swarmRecord(swarm);
  const { violations, refused, unanswered, sessionsEnded } = record;
  const growth = start && after ? after.usedBytes - start.usedBytes : Number.NaN;
  const lost = `${unanswered.count}, ${unanswered.reason}`;
  // On a busy machine an answer may take longer than its caller waits, and nothing is wrong with it.
  const isTooSlow = unanswered.reason.startsWith('No answer came within');
  if (isTooSlow) tell(`Too slow to answer: ${lost}`);
  const faults = [
    ...(failure === undefined ? [] : [failure]),
    ...(ended === undefined ? [] : [`The server ${ended} in the middle.`]),
    ...(exit === 'ended with 0' ? [] : [`At SIGTERM the server ${exit}.`]),
    ...(Object.values(violations).some((count) => count > 0)
      ? ['Honest clients did not get what they must.']
      : []),
    ...refused.map(({ code, count }) => `Honest publishes were refused with ${code}: ${count}.`),
    ...(unanswered.count > 0 && !isTooSlow ? [`Honest publishes got no answer: ${lost}.`] : []),
    ...sessionsEnded.map(({ code, count }) => `Honest sessions were closed with ${code}: ${count}.`),
    ...(growth <= allowedGrowth ? [] : [`The memory has grown by ${mb(growth)} MB.`]),
    ...(errors === 0 ? [] : [`Internal errors: ${errors}.`]),
    ...camp.breaches,
  ];
  for (const [name, count] of camp.strikes) print(`${name.padEnd(30)} ${count}`);
  for (const line of server.errors.slice(0, 10)) tell(`The server said: ${line}`);
  if (record.firstViolation) print(violationLines(record.firstViolation, colors).join('\n'));
  for (const fault of faults) tell(fault);
  const memory = `memory ${mb(start?.usedBytes)} MB at the start, ${mb(mostBytes)} at most, ${mb(after?.usedBytes)} at the end`;
  const resident = `resident ${mb(start?.rssBytes)} and ${mb(after?.rssBytes)}`;
  if (record.latencyMs) tell(`Latency of honest messages: ${JSON.stringify(record.latencyMs)} ms.`);
  const verdict = `${swarmVerdict(record)} Process ${server.pid}, ${memory} (${resident}).`;
  print(`${faults.length === 0 ? 'Held' : 'Not held'}: ${verdict}`);
  return faults.length === 0 ? 0 : 1;
}

/** How the server is once nothing of the attacks is left, or time is up. */
async function readAtRest(server: Besieged, start: Reading | undefined): Promise<Reading> {
  for (const until = performance.now() + restMs; ; ) {
    const reading = await server.read();
    const isAtRest = start === undefined || reading.usedBytes - start.usedBytes <= allowedGrowth;
    if (isAtRest || performance.now() > until) return reading;
    await new Promise<void>((resolve) => timeLimit(1000, resolve));
  }
}

async function internalErrors(url: string): Promise<number> {
  const metrics = await fetch(`${url}/metrics`).then(
    (response) => response.text(),
    () => '',
  );
  const counts = [...metrics.matchAll(/^status_sim_internal_errors_total\S* (\d+)/gm)];
  return counts.length === 0 ? Number.NaN : counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

function progressOf({ publishingMs, online, referee }: Swarm, { usedBytes, rssBytes }: Reading): string {
  const { messages, violations } = referee.tally;
  const memory = `${mb(usedBytes)} MB used, ${mb(rssBytes)} MB resident`;
  return `${(publishingMs / 60_000).toFixed(1)} min: ${online} online, ${messages} messages judged, ${violations} violations, ${memory}`;
}

function mb(bytes = Number.NaN): string {
  return (bytes / 1e6).toFixed(1);
}
