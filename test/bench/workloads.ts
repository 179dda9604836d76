/** What every candidate has to do in turn. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** Open sessions, one for each user, whether they get anything or not. */
  readonly sessions: number;
  readonly recipients: number;
  /** Of the recipients; with pairs, of one in the mean. */
  readonly online: number;
  readonly contentBytes: number;
  /** Publishes at the same time, to the same users unless there are pairs. */
  readonly inFlight: number;
  /** Connections that they come over. Default: one for each. */
  readonly callers?: number;
  /** Each publish is from another user to his partner, in turn: so many pairs. Of two partners, one is offline. */
  readonly pairs?: number;
  /** How often they are sent in one round. */
  readonly batches: number;
  /** Only these candidates; by default all rivals. */
  readonly only?: readonly string[];
}

const usual = { sessions: 1000, recipients: 1000, online: 1000, contentBytes: 200, inFlight: 1, batches: 50 };

/** The named matrix: from one usual case, one thing is changed at a time. */
export const workloads: readonly Workload[] = [
  { ...usual, name: 'fanout', title: '1 → 1000, 200 B' },
  { ...usual, name: 'flood', title: '1 → 1000, 200 B, sixteen in flight', inFlight: 16, batches: 5 },
  { ...usual, name: 'one', title: '1 → 1, 200 B', recipients: 1, online: 1, batches: 3000 },
  { ...usual, name: 'hundred', title: '1 → 100, 200 B', recipients: 100, online: 100, batches: 400 },
  { ...usual, name: 'half-online', title: '1 → 1000, 200 B, 50 % online', online: 500, batches: 80 },
  { ...usual, name: 'few-online', title: '1 → 1000, 200 B, 1 % online', online: 10, batches: 150 },
  { ...usual, name: 'medium', title: '1 → 1000, 4 KB', contentBytes: 4096, batches: 40 },
  { ...usual, name: 'large', title: '1 → 1000, 128 KB', contentBytes: 131_072, batches: 4 },
  {
    ...usual,
    name: 'one-by-16',
    title: '1 → 1, 200 B, sixteen in flight',
    recipients: 1,
    online: 1,
    inFlight: 16,
    batches: 300,
  },
  {
    ...usual,
    name: 'typing',
    title: '1000 pairs, 200 B, 64 in flight over 16 connections, half of the partners offline',
    recipients: 1,
    online: 0.5,
    inFlight: 64,
    callers: 16,
    pairs: 1000,
    batches: 75,
  },
  { ...usual, name: 'crowd', title: '1 → 1000 of 10,000 sessions, 200 B', sessions: 10_000 },
  {
    ...usual,
    name: 'stadium',
    title: '1 → 1000 of 18,000 sessions, 200 B',
    sessions: 18_000,
    only: ['floor-c', 'status-sim'],
  },
  {
    ...usual,
    name: 'webhook',
    title: '1 → 1000, 200 B, with a webhook that is down',
    only: ['floor-c', 'visited', 'webhook-down'],
  },
  {
    ...usual,
    name: 'imlib',
    title: "1 → 1000, 200 B, to RongCloud's web client",
    only: ['floor-c', 'status-sim', 'imlib'],
  },
];
