import { expect, it } from 'vitest';
import { Trace } from '../../server/app/trace.ts';
import type { Cluster } from '../../server/cluster/cluster.ts';
import { localNode } from '../../server/cluster/local-node.ts';
import { TraceRelay } from '../../server/cluster/trace-relay.ts';

it.each(['opened', 'change'])(
  '%s: its own word of an app that has been closed since then is passed over',
  (kind) => {
    const cluster = { node: 'a' } as Cluster;
    const scene = { cluster, apps: { find: () => undefined }, relay: new TraceRelay(cluster, new Trace()) };
    const node = localNode(scene as unknown as Parameters<typeof localNode>[0]);
    const message = { v: 1, seq: 1, from: 'a', at: 0, kind, app: 'closed', body: { id: 'session', at: 1 } };
    expect(() => node.receive(message as Parameters<typeof node.receive>[0], 0)).not.toThrow();
  },
);
