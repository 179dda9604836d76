import type { SwarmRecord } from '../swarm/swarm-record.ts';
import type { Colors } from './terminal.ts';

interface Row {
  name: string;
  value: string | number;
  note?: string;
  paint?: 'green' | 'red';
}

/** The numbers of a swarm, one a line. */
export function swarmTable(record: SwarmRecord, colors: Colors): string[] {
  const rows = rowsOf(record);
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const valueWidth = Math.max(...rows.map(({ value }) => String(value).length));
  return rows.map(({ name, value, note, paint }) => {
    const number = String(value).padStart(valueWidth);
    const painted = paint ? colors[paint](number) : number;
    return `${name.padEnd(nameWidth)}  ${painted}${note ? `  ${colors.dim(note)}` : ''}`;
  });
}

/** How it went, in a sentence. */
export function swarmVerdict({ messages, violations }: SwarmRecord): string {
  const { lost, late, duplicates, misdelivered } = violations;
  const counts = { lost, late, twice: duplicates, misdelivered };
  const parts = Object.entries(counts).map(([fault, count]) => `${count === 0 ? 'none' : count} ${fault}`);
  return `${messages.toLocaleString('en')} judged: ${parts.join(', ')}.`;
}

function rowsOf(record: SwarmRecord): Row[] {
  const { clients, publishes, typing, messages, delivered, dropped, echoes } = record;
  return [
    { name: 'clients', value: clients },
    { name: 'publishes', value: publishes, note: rateOf(record) },
    ...(typing > 0 ? [{ name: 'typing', value: typing, note: 'sent by the clients' }] : []),
    { name: 'messages', value: messages, note: 'one per recipient' },
    { name: 'delivered', value: delivered },
    { name: 'dropped', value: sumOf(dropped) },
    { name: '  offline', value: dropped.offline },
    { name: '  changing', value: dropped.changing, note: 'the client was connecting or disconnecting' },
    ...(dropped.refused > 0 ? [{ name: '  refused', value: dropped.refused }] : []),
    ...(dropped.unanswered > 0 ? [{ name: '  unanswered', value: dropped.unanswered }] : []),
    { name: 'echoes', value: echoes },
    ...latencyRows(record),
    ...violationRows(record),
  ];
}

function rateOf({ publishes, publishesPerSecond, publishingMs }: SwarmRecord): string {
  if (publishingMs === 0) return '';
  const seconds = publishingMs / 1000;
  const rate = publishes / seconds;
  const tooSlow = rate < publishesPerSecond * 0.9;
  return `${rate.toFixed(1)} a second for ${seconds.toFixed(1)} s${tooSlow ? `, of ${publishesPerSecond} requested` : ''}`;
}

function latencyRows({ latencyMs }: SwarmRecord): Row[] {
  if (!latencyMs) return [];
  const row = (name: keyof typeof latencyMs, note: string): Row => {
    return { name: `latency ${name}`, value: latencyMs[name].toFixed(1), note };
  };
  return [row('p50', 'ms, from request to arrival'), row('p99', 'ms'), row('max', 'ms')];
}

function violationRows({ violations }: SwarmRecord): Row[] {
  const count = sumOf(violations);
  const rows = Object.entries(violations).map(([name, value]): Row => ({ name: `  ${name}`, value }));
  return [{ name: 'violations', value: count, paint: count > 0 ? 'red' : 'green' }, ...rows];
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
