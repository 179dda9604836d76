import { expect, it } from 'vitest';
import { Trace } from '../../server/app/trace.ts';
import type { Cluster } from '../../server/cluster/cluster.ts';
import { TraceRelay } from '../../server/cluster/trace-relay.ts';
import type { SimEvent } from '../../server/core/sim-event.ts';

const event = (appKey: string) => ({ event: 'accepted', appKey }) as SimEvent;

/** Two nodes of a cluster: what one says, the other one hears at once. */
function pair() {
  const [here, there] = [new Trace(), new Trace()];
  const said: string[] = [];
  const relays: Record<string, TraceRelay> = {};
  const clusterOf = (node: string, other: string) => {
    const say = (kind: string, appKey: string, body?: unknown) => {
      said.push(`${node}: ${kind}`);
      relays[other]!.receive(node, kind, appKey, JSON.parse(JSON.stringify(body ?? null)));
    };
    return {
      notify: say,
      request: async (...args: Parameters<typeof say>) => say(...args),
    } as unknown as Cluster;
  };
  relays.a = new TraceRelay(clusterOf('a', 'b'), here);
  relays.b = new TraceRelay(clusterOf('b', 'a'), there);
  return { relay: relays.a, there, said };
}

it('B9.9 a listener hears of its app on another node, until it ends', async () => {
  const { relay, there, said } = pair();
  const heard: SimEvent[] = [];
  const ends = [
    await relay.listen((each) => heard.push(each), 'one'),
    await relay.listen((each) => heard.push(each), 'one'),
  ];
  for (const appKey of ['one', 'other']) there.emit(event(appKey));
  expect([heard, relay.apps]).toEqual([[event('one'), event('one')], ['one']]);
  ends[0]!();
  there.emit(event('one'));
  ends[1]!();
  there.emit(event('one'));
  expect([heard.length, relay.apps]).toEqual([3, []]);
  // The other node goes on while anybody listens, and not beyond.
  expect(said).toEqual(['a: subscribe', 'b: event', 'b: event', 'a: unsubscribe']);
});
