/**
 * What a start costs: CPU and time until a server says that it is ready, beside others and the commit before. Run after
 * `npm run build`: node --import tsx test/bench/start.ts [--write] [FOLDER of another commit, built]
 */
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Core, startChild } from './children.ts';
import { freePort } from './free-port.ts';
import { thisMachine } from './machine.ts';
import { peerFolder } from './peer.ts';
import { readmeFile, withStartSection } from './section.ts';
import { spreadOf } from './statistics.ts';
import { asMarkdown } from './tables.ts';

interface Server {
  name: string;
  /** For Node. */
  args: readonly string[];
  /** What it prints when it is ready. */
  ready: string;
}

interface Start {
  cpuMs: number;
  wallMs: number;
}

const rounds = 21;
const core: Core = 0;
const root = join(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean' } },
  allowPositionals: true,
});
const serve = ['serve', '--port', '0', '--json'];

const servers: Server[] = [
  { name: 'status-sim', args: [join(root, 'dist/client-sim/cli/main.cjs'), ...serve], ready: '"ready"' },
  ...positionals.map((folder) => ({
    name: 'status-sim before',
    args: [commandOf(folder), ...serve],
    ready: '"ready"',
  })),
  {
    name: 'json-server 0.17',
    args: [
      join(await peerFolder('json-server', '0.17.4'), 'node_modules/json-server/lib/cli/bin.js'),
      ...['--port', String(await freePort()), join(root, 'package.json')],
    ],
    ready: 'Home',
  },
  {
    name: 'socket.io 4.8',
    args: ['--eval', socketIo(await peerFolder('socket.io', '4.8.4'))],
    ready: 'ready',
  },
  { name: 'Node itself', args: ['--eval', 'console.log("ready")'], ready: 'ready' },
];

/** The one file of the command, or what was there before it. */
function commandOf(folder: string): string {
  const cli = join(folder, 'dist/client-sim/cli');
  return join(cli, readdirSync(cli).includes('main.cjs') ? 'main.cjs' : 'main.js');
}

function socketIo(folder: string): string {
  return `const { Server } = require(${JSON.stringify(join(folder, 'node_modules/socket.io'))});
    const http = require('node:http').createServer();
    new Server(http);
    http.listen(0, '127.0.0.1', () => console.log('ready'));`;
}

async function start({ args, ready }: Server): Promise<Start> {
  const startedAt = performance.now();
  const child = startChild(core, process.execPath, args);
  let printed = '';
  for await (const chunk of child.stdout!) {
    printed += chunk;
    if (printed.includes(ready)) break;
  }
  const measured = { cpuMs: cpuMsOf(child.pid!), wallMs: performance.now() - startedAt };
  child.kill('SIGKILL');
  if (child.exitCode === null) await once(child, 'exit');
  return measured;
}

/** User and system time of all its threads, by the system's own accounting. */
function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((id) => readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]);
  return times.reduce((sum, nanoseconds) => sum + Number(nanoseconds), 0) / 1e6;
}

const starts: Start[][] = servers.map(() => []);
for (let round = -1; round < rounds; round++) {
  for (const [index, server] of servers.entries()) {
    const measured = await start(server);
    if (round >= 0) starts[index]!.push(measured); // the first is for the caches of the disk
  }
}

const ours = starts[0]!;
const rows = servers.map(({ name }, index) => {
  const ratio = spreadOf(starts[index]!.map(({ cpuMs }, round) => cpuMs / ours[round]!.cpuMs));
  const cpu = spreadOf(starts[index]!.map(({ cpuMs }) => cpuMs));
  const wall = spreadOf(starts[index]!.map(({ wallMs }) => wallMs));
  const times = [ratio.median, ratio.min, ratio.max].map((each) => each.toFixed(2));
  return [name, `${times[0]} [${times[1]}–${times[2]}]`, cpu.median.toFixed(0), wall.median.toFixed(0)];
});
const { node, day } = thisMachine();
const section = `## Start

Until the server says that it is ready: CPU time of its process, and time by the clock, medians of ${rounds} rounds in each of
which every server starts once. Written by \`node --import tsx test/bench/start.ts --write\` on ${day}, Node ${node}.

${asMarkdown([['', '× status-sim', 'CPU ms', 'ms'], ...rows])}`;
process.stdout.write(section);
if (values.write) writeFileSync(readmeFile, withStartSection(readFileSync(readmeFile, 'utf8'), section));
