import { expect, it } from 'vitest';
import { Trace } from '../../server/app/trace.ts';
import type { Cluster } from '../../server/cluster/cluster.ts';
import { localNode } from '../../server/cluster/local-node.ts';
import { RemotePresence } from '../../server/cluster/remote-presence.ts';
import { TraceRelay } from '../../server/cluster/trace-relay.ts';

/** The node a, with these apps or none. */
function nodeWith(...apps: object[]) {
  const cluster = { node: 'a' } as Cluster;
  const scene = {
    cluster,
    apps: { find: () => undefined, [Symbol.iterator]: () => apps.values() },
    relay: new TraceRelay(cluster, new Trace()),
  };
  return localNode(scene as unknown as Parameters<typeof localNode>[0]);
}

it.each(['opened', 'change'])(
  '%s: its own word of an app that has been closed since then is passed over',
  (kind) => {
    const node = nodeWith();
    const message = { v: 1, seq: 1, from: 'a', at: 0, kind, app: 'closed', body: { id: 'session', at: 1 } };
    expect(() => node.receive(message as Parameters<typeof node.receive>[0], 0)).not.toThrow();
  },
);

it.each([
  ['comes back without the app', (node: ReturnType<typeof nodeWith>) => node.adopt('b', [null])],
  ['is gone', (node: ReturnType<typeof nodeWith>) => node.forget('b')],
])('B9.6 a node that %s has no session in it any more', (_, happens) => {
  const remote = new RemotePresence((_, change) => change());
  remote.opened('b', { id: 'session', userId: 'bob', platform: undefined, openedAt: 1 });
  happens(nodeWith({ presence: { remote } }));
  expect(remote.has('bob')).toBe(false);
});
