import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { explore, type Scenario } from '../../client-sim/testkit/index.ts';
import { thisMachine } from './machine.ts';

/** So many actors take three steps each; two of them open a session. All meet at bob, so no two orders are equivalent. */
const meeting =
  (actors: number, onOrder: () => unknown = () => {}): Scenario =>
  ({ sim, actor, check }) => {
    const publish = () => sim.publish({ from: 'bot', to: 'bob', objectName: 'RC:TypSts' });
    for (let number = 1; number <= actors; number++) {
      actor(`actor ${number}`, async (turn) => {
        await turn(number <= 2 ? 'connects' : 'publishes');
        await (number <= 2 ? sim.connect('bob') : publish());
        for (const nth of ['second', 'third']) {
          await turn(`publishes its ${nth}`);
          await publish();
        }
      });
    }
    check(onOrder);
  };

/** CPU of this process, in ms: user and system, all threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
/** In the middle of an order V8 does not collect all of it. */
const collect = async () => {
  for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
  gc();
};

await explore(meeting(3), { limit: 200 }); // V8 has seen the code
const rounds: number[] = [];
let orders = 0;
for (let round = 1; round <= 5; round++) {
  const before = cpuMs();
  ({ orders } = await explore(meeting(3)));
  rounds.push(cpuMs() - before);
}
const median = rounds.toSorted((one, other) => one - other)[2]!;

const heap = new Map<number, number>();
let count = 0;
const note = async () => {
  count++;
  if (count % 1000 !== 0) return;
  await collect();
  heap.set(count, process.memoryUsage().heapUsed / 2 ** 20);
};
await explore(meeting(4, note), { limit: 10_000 });
await collect();
const after = process.memoryUsage().heapUsed / 2 ** 20;

const { processor, cores, kernel, node, day } = thisMachine();
const page = `# What an order costs

Written by \`node --import tsx test/bench/explore.ts --write\` on ${day}: do not edit it by hand. A day with neighbours
on the machine costs half as much again.

Machine: ${processor}, ${cores} cores, Linux ${kernel}, Node ${node}.

| three actors by three steps, two sessions, no two orders equivalent | |
| --- | ---: |
| orders | ${orders} |
| CPU of all of them, user and system, all threads: median of 5 rounds | ${(median / 1000).toFixed(2)} s |
| lowest and highest | ${(Math.min(...rounds) / 1000).toFixed(2)} s, ${(Math.max(...rounds) / 1000).toFixed(2)} s |
| of one | ${(median / orders).toFixed(2)} ms |

| four actors by three steps, cut off at 10,000 orders | |
| --- | ---: |
| heap after 1,000 orders | ${heap.get(1000)!.toFixed(1)} MiB |
| after 5,000 | ${heap.get(5000)!.toFixed(1)} MiB |
| after 10,000 | ${heap.get(10_000)!.toFixed(1)} MiB |
| when it is done | ${after.toFixed(1)} MiB |
| resident memory of the process, at most | ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB |
`;
if (process.argv.includes('--write')) writeFileSync(join(import.meta.dirname, 'explore.md'), page);
process.stdout.write(page);
