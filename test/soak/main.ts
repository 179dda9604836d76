import { parseArgs } from 'node:util';
import { swarmTable } from '../../client-sim/cli/swarm-table.ts';
import { colors, print, printJson, tell } from '../../client-sim/cli/terminal.ts';
import { violationLines } from '../../client-sim/cli/violation-lines.ts';
import { pace } from '../../client-sim/swarm/pace.ts';
import { Swarm } from '../../client-sim/swarm/swarm.ts';
import { swarmRecord } from '../../client-sim/swarm/swarm-record.ts';
import { timeLimit } from '../../client-sim/time-limit.ts';
import { type Reading, slopePerMinute } from './reading.ts';
import { ServerProcess } from './server-process.ts';
import { Trouble } from './trouble.ts';

const help = `Usage: npm run soak -- [options]

Lets many clients come and go for a long time, with typing, and with an app beside them in which everything goes
wrong. Judges every message, and the memory, the handles and the listeners of the server. Exits with 1 when
anything is wrong.

Options:
  --minutes N     how long (default: 10)
  --clients N     users with one session each (default: 5000)
  --churn P       percent of them that go offline each second (default: 5)
  --publish R     publishes a second (default: 200)
  --recipients M  recipients of each (default: 20)
  --json          print one JSON object
  --help          this
`;

/** Shorter ones say nothing: what a slow client is owed comes and goes by megabytes. */
const shortestJudgedMs = 240_000;
/** How long the last connections may linger: clients keep idle ones for some seconds. */
const restMs = 90_000;
/** Bytes a minute by which the memory may grow. */
const allowedSlope = 1_000_000;
const readingsPerSecond = 0.2;
/** The first readings, up to this share of the time or this long, are warm-up. */
const warmUp = { share: 0.3, ms: 120_000 };

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '5000' },
    churn: { type: 'string', default: '5' },
    publish: { type: 'string', default: '200' },
    recipients: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) print(help);
else process.exit(await soak());

/** The exit code. */
async function soak(): Promise<number> {
  const durationMs = Number(values.minutes) * 60_000;
  const server = await ServerProcess.start();
  const { url, wsUrl } = server;
  const swarm = new Swarm({
    url,
    wsUrl,
    clients: Number(values.clients),
    publishesPerSecond: Number(values.publish),
    recipients: Number(values.recipients),
    churnPercent: Number(values.churn),
    typing: true,
    durationMs,
    seed: 'soak',
  });
  const trouble = new Trouble(url, wsUrl);
  await (await fetch(`${url}/metrics`)).text(); // once: what is made for the first answer stays
  const before = await server.read();

  trouble.start();
  const readings: { atMs: number; reading: Reading }[] = [];
  const read = async () => {
    if (swarm.phase !== 'publishing') return;
    readings.push({ atMs: swarm.publishingMs, reading: await server.read() });
    tell(progressOf(swarm, readings.at(-1)!.reading));
  };
  const stopReading = pace(readingsPerSecond, () => void read());
  const failure = await swarm.run().then(
    () => undefined,
    (error: Error) => error.message,
  );
  stopReading();
  await trouble.end();
  await swarm.close();
  await closeIdleConnections();
  const after = await readAtRest(server, before);
  server.end();

  const start = Math.min(durationMs * warmUp.share, warmUp.ms);
  const warm = readings.filter(({ atMs }) => atMs >= start);
  const slope = slopePerMinute(warm.map(({ atMs, reading }) => ({ atMs, value: reading.usedBytes })));
  const rssSlope = slopePerMinute(warm.map(({ atMs, reading }) => ({ atMs, value: reading.rssBytes })));
  const record = swarmRecord(swarm);
  const violations = Object.values(record.violations).reduce((sum, count) => sum + count, 0);
  const faults = [
    ...(failure === undefined ? [] : [failure]),
    ...(violations > 0 ? [`Violations: ${violations}.`] : []),
    ...(record.unanswered.count > 0 ? [`Publishes without an answer: ${record.unanswered.count}.`] : []),
    ...record.refused.map(({ code, count }) => `Publishes refused with ${code}: ${count}.`),
    ...record.sessionsEnded.map(
      ({ code, count }) => `Sessions that the server closed with ${code}: ${count}.`,
    ),
    ...(durationMs - start >= shortestJudgedMs && slope > allowedSlope
      ? [`The memory grows by ${mb(slope)} MB a minute.`]
      : []),
    ...growth(before, after),
  ];
  if (values.json) {
    printJson({ swarm: record, trouble: [...trouble.closed], slope, rssSlope, before, after, faults });
  } else {
    print(swarmTable(record, colors).join('\n'));
    print(serverTable(before, after, warm.at(-1)?.reading, slope, rssSlope, trouble).join('\n'));
    if (record.firstViolation) print(violationLines(record.firstViolation, colors).join('\n'));
  }
  for (const fault of faults) tell(fault);
  return faults.length > 0 ? 1 : 0;
}

/** Those that Node's fetch would keep for the next request; where it does not let them go, they end by themselves. */
async function closeIdleConnections(): Promise<void> {
  const agent: { close?(): Promise<void> } | undefined = Reflect.get(
    globalThis,
    Symbol.for('undici.globalDispatcher.1'),
  );
  await agent?.close?.();
}

/** How the server is once nothing of the load is left, or time is up. */
async function readAtRest(server: ServerProcess, before: Reading): Promise<Reading> {
  for (const until = performance.now() + restMs; ; ) {
    const reading = await server.read();
    if (growth(before, reading).length === 0 || performance.now() > until) return reading;
    await new Promise<void>((resolve) => timeLimit(500, resolve));
  }
}

function progressOf({ publishingMs, online, referee }: Swarm, { usedBytes, rssBytes }: Reading): string {
  const { messages, violations } = referee.tally;
  const memory = `${mb(usedBytes)} MB used, ${mb(rssBytes)} MB resident`;
  return `${(publishingMs / 60_000).toFixed(1)} min: ${online} online, ${messages} messages judged, ${violations} violations, ${memory}`;
}

/** What is there afterwards and was not before. */
function growth(before: Reading, after: Reading): string[] {
  const kinds = Object.keys(after.handles).filter(
    (kind) => after.handles[kind]! > (before.handles[kind] ?? 0),
  );
  return [
    ...kinds.map((kind) => `${kind}: ${before.handles[kind] ?? 0} before, ${after.handles[kind]} after.`),
    ...(after.listeners > before.listeners
      ? [`Listeners: ${before.listeners} before, ${after.listeners} after.`]
      : []),
  ];
}

function serverTable(
  before: Reading,
  after: Reading,
  last: Reading | undefined,
  slope: number,
  rssSlope: number,
  trouble: Trouble,
): string[] {
  const count = ({ handles }: Reading) => Object.values(handles).reduce((sum, each) => sum + each, 0);
  const closed = [...trouble.closed].map(([code, times]) => `${code}: ${times}`).join(', ');
  const rows = [
    [
      'memory used, MB',
      `${mb(before.usedBytes)} before, ${last ? mb(last.usedBytes) : '?'} at the end, ${mb(after.usedBytes)} after`,
    ],
    [
      '  resident, MB',
      `${mb(before.rssBytes)} before, ${last ? mb(last.rssBytes) : '?'} at the end, ${mb(after.rssBytes)} after`,
    ],
    ['slope, MB/min', `${mb(slope)} used, ${mb(rssSlope)} resident; after warm-up`],
    ['handles', `${count(before)} before, ${count(after)} after`],
    ['listeners', `${before.listeners} before, ${after.listeners} after`],
    ['sessions in trouble', closed],
  ];
  return rows.map(([name, value]) => `${name!.padEnd(20)} ${value}`);
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
