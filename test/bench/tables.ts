import type { JudgedGoal } from './goals.ts';
import type { IdleResult } from './idle.ts';
import type { NeighbourResult } from './neighbour.ts';
import type { Spread } from './statistics.ts';
import type { Summary } from './summary.ts';

/** A heading row, then the others. */
export type Table = string[][];

export function contestTable(summaries: readonly Summary[]): Table {
  const head = [
    '',
    '× C floor',
    '× status-sim',
    'µs CPU a delivery',
    'a publish',
    'deliveries/s',
    'p50 / p99 ms',
    'memory +MB',
  ];
  const rows = summaries.map((each) => [
    each.candidate,
    spread(each.timesFloor, 2),
    spread(each.timesOurs, 2),
    each.candidate === 'bare-post' ? '' : each.cpuPerDelivery.median.toFixed(2),
    each.cpuPerPublish.median.toFixed(0),
    each.candidate === 'bare-post' ? '' : Math.round(each.deliveriesPerSecond.median).toLocaleString('en'),
    `${each.p50Ms.toFixed(2)} / ${each.p99Ms.toFixed(2)}`,
    (each.memoryRise.median / 1e6).toFixed(1),
  ]);
  return [head, ...rows];
}

export function idleTable(results: readonly IdleResult[]): Table {
  const rows = results.map(({ candidate, perSession }) => [candidate, (perSession / 1024).toFixed(1)]);
  return [['', 'KB a session'], ...rows];
}

export function neighbourTable({ p50, p99, longest, longestBlock }: NeighbourResult): Table {
  return [
    ['', 'ms'],
    ['p50 of a round trip', p50.toFixed(1)],
    ['p99', p99.toFixed(1)],
    ['longest', longest.toFixed(1)],
    ['longest block of the event loop', longestBlock.toFixed(1)],
  ];
}

export function goalTable(goals: readonly JudgedGoal[]): Table {
  const rows = goals.map(({ says, figure, atMost, met }) => [
    says,
    figure?.toFixed(2) ?? '',
    String(atMost),
    met === undefined ? 'not measured' : met ? 'met' : 'missed',
  ]);
  return [['goal', 'measured', 'at most', ''], ...rows];
}

/** For a terminal: columns in line. */
export function asText(table: Table): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!);
  return table.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}

export function asMarkdown(table: Table): string {
  const [head = [], ...rows] = table;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

function spread(value: Spread | undefined, digits: number): string {
  if (value === undefined) return '';
  const [median, min, max] = [value.median, value.min, value.max].map((each) => each.toFixed(digits));
  return `${median} [${min}–${max}]`;
}
