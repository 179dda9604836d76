/** Whom readers know, by the name in the tables. */
const known: Record<string, string> = {
  'fastify-ws': 'Fastify + `ws.send`',
  'socket.io': 'socket.io',
  'nats-server': 'nats',
  'uwebsockets.js': 'uWebSockets.js',
  nchan: 'nchan',
  mosquitto: 'mosquitto',
};

/** Three lines for somebody in a hurry, from the tables of README.md: ahead, behind, and what a user feels of it. */
export function plainWords(readme: string): string {
  const ratios = (workload: string) =>
    Object.entries(known).flatMap(([candidate, name]) => {
      const theirs = Number.parseFloat(cellOf(readme, workload, candidate, '× status-sim'));
      return Number.isNaN(theirs) ? [] : [{ name, ours: 1 / theirs }];
    });
  const told = (workload: string, isTold: (ours: number) => boolean) =>
    ratios(workload)
      .filter(({ ours }) => isTold(ours))
      .sort((a, b) => a.ours - b.ours)
      .map(({ name, ours }) => `${ours.toFixed(2)} × ${name}`)
      .join(', ');
  const ahead = (workload: string) => told(workload, (ours) => ours < 1);
  const behind = (workload: string) => told(workload, (ours) => ours > 1) || 'of nobody';
  const [oneMs, , lastMs] = [...latencies(readme, 'one'), ...latencies(readme, 'fanout')];
  return [
    `**Ahead** where one publish goes to many. CPU to 1000 users: ${ahead('fanout')}; sixteen publishes at a time: ${ahead('flood')}, because all frames for one socket leave in one write.`,
    `**Behind** where one goes to one: ${behind('one')}; sixteen at a time: ${behind('one-by-16')}; and to 1000 users, ${behind('fanout')}. Each request pays for Node's HTTP server, the signature, the checks and the ids (\`bare-post\` is the first of these alone; [items.md](items.md) has all of them in microseconds); servers in C and C++ have none of it, nor does the plain Fastify check anything (\`fastify-ws-rules\` does).`,
    `**What a user feels**: neither. A message is with its one recipient ${oneMs} ms after the publish, and with the last of 1000 after ${lastMs} ms (medians); a screen shows a frame every 16 ms.`,
  ].join('\n\n');
}

function latencies(readme: string, workload: string): string[] {
  return cellOf(readme, workload, 'status-sim', 'p50 / p99 ms').split(' / ');
}

/** A cell of a workload's table; empty when there is none. */
function cellOf(readme: string, workload: string, candidate: string, column: string): string {
  const section = readme.split(/^## /m).find((each) => each.startsWith(`${workload}:`)) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const at = rows[0]?.indexOf(column) ?? -1;
  return rows.find((row) => row[1] === candidate)?.[at] ?? '';
}
