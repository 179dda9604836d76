import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statusSim } from './candidates/status-sim.ts';
import { Rig } from './rig.ts';
import { median } from './statistics.ts';
import { type Workload, workloads } from './workloads.ts';

/** What can be counted whatever else the machine does; undefined where it does not let it be counted. */
export interface Counts {
  'bytes allocated a publish': number | undefined;
  'bytes allocated a delivery': number | undefined;
  'system calls a publish': number | undefined;
  'system calls a delivery': number | undefined;
  'instructions a publish': number | undefined;
  'bytes of the heap a session': number | undefined;
  'descriptors a session': number | undefined;
}

const firstSessions = 100;
const sessions = 1000;
/** So much room for what is new that V8 collects nothing in most windows. */
const nodeOptions = ['--max-semi-space-size=128', '--min-semi-space-size=128'];
const windows = 5;
const windowPublishes = 300;
const warmUpPublishes = 6000;

/** Counts what this project does for one publish to one user, and what each further recipient adds. */
export async function count(): Promise<Counts> {
  const rig = await Rig.startWith(statusSim, firstSessions, nodeOptions);
  try {
    const perSession = await countSessions(rig);
    const one = await countPublishes(rig, workloadOf('one'));
    const hundred = await countPublishes(rig, workloadOf('hundred'));
    const added = (of: (each: PerPublish) => number | undefined) => difference(of(hundred), of(one), 99);
    return {
      'bytes allocated a publish': one.bytes,
      'bytes allocated a delivery': added(({ bytes }) => bytes),
      'system calls a publish': one.calls,
      'system calls a delivery': added(({ calls }) => calls),
      'instructions a publish': one.instructions,
      'bytes of the heap a session': perSession.bytes,
      'descriptors a session': perSession.descriptors,
    };
  } finally {
    await rig.stop();
  }
}

interface PerPublish {
  bytes: number;
  calls: number | undefined;
  instructions: number | undefined;
}

function workloadOf(name: string): Workload {
  return { ...workloads.find((each) => each.name === name)!, sessions };
}

function difference(many: number | undefined, one: number | undefined, recipients: number) {
  return many === undefined || one === undefined ? undefined : (many - one) / recipients;
}

async function countSessions(rig: Rig): Promise<{ bytes: number; descriptors: number }> {
  const { server } = rig;
  const before = { bytes: await server.heap(true), descriptors: server.descriptors() };
  await rig.openUpTo(sessions);
  const opened = sessions - firstSessions;
  return {
    bytes: ((await server.heap(true)) - before.bytes) / opened,
    descriptors: (server.descriptors() - before.descriptors) / opened,
  };
}

async function countPublishes(rig: Rig, workload: Workload): Promise<PerPublish> {
  const { server } = rig;
  rig.prepare(workload);
  const publishes = Math.ceil(windowPublishes / workload.recipients) + 20;
  await rig.run(workload, Math.ceil(warmUpPublishes / workload.recipients) + 500);
  const bytes: number[] = [];
  for (let window = 0; window < windows; window++) {
    const before = await server.heap();
    await rig.run(workload, publishes);
    bytes.push(((await server.heap()) - before) / publishes);
  }
  const perPublish = (all: number | undefined) => (all === undefined ? undefined : all / publishes);
  const run = () => rig.run(workload, publishes);
  return {
    bytes: median(bytes), // a window in which V8 collects is far below the others
    calls: perPublish(await countCalls(server.pid, run)),
    instructions: perPublish(await countInstructions(server.pid, run)),
  };
}

/** Calls that send or receive; how often a process sleeps between them depends on the machine. */
const transfers = 'read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg';

async function countCalls(pid: number, run: () => Promise<unknown>): Promise<number | undefined> {
  const args = ['-f', '-c', '-U', 'calls,name', '-e', `trace=${transfers}`, '-p', String(pid)];
  const table = await during(spawn('strace', args), /attached/, run);
  const total = table?.split('\n').find((line) => line.trim().endsWith(' total'));
  return total === undefined ? undefined : Number.parseInt(total, 10);
}

async function countInstructions(pid: number, run: () => Promise<unknown>): Promise<number | undefined> {
  const args = ['stat', '-x,', '-e', 'instructions:u', '-p', String(pid)];
  const table = await during(spawn('perf', args), undefined, run);
  const counted = Number.parseInt(table ?? '', 10);
  return Number.isNaN(counted) ? undefined : counted;
}

/** What a program prints that watches a run; undefined where it cannot. */
async function during(
  watcher: ChildProcess,
  isReady: RegExp | undefined,
  run: () => Promise<unknown>,
): Promise<string | undefined> {
  let printed = '';
  watcher.on('error', () => {}); // it is not installed
  const ended = once(watcher, 'close').catch(() => {});
  const ready = new Promise<void>((resolve) => {
    watcher.stderr!.on('data', (chunk) => {
      printed += chunk;
      if (isReady?.test(printed)) resolve();
    });
    if (isReady === undefined) watcher.once('spawn', resolve);
  });
  await Promise.race([ready, ended]);
  if (watcher.exitCode !== null || watcher.pid === undefined) return undefined;
  await run();
  watcher.kill('SIGINT');
  await ended;
  return printed;
}
