import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import type { Broker } from '../../server/broker/broker.ts';

/** What joins the nodes of a test. */
export interface Network {
  broker(): Promise<Broker>;
  /** The engine is gone: nothing passes. */
  stop(): Promise<void>;
  /** It is there again. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A node that notes all it is told. */
class Member extends EventEmitter {
  readonly node: string;
  readonly broker: Broker;
  readonly texts: string[] = [];
  readonly changes: string[] = [];

  constructor(node: string, broker: Broker) {
    super();
    this.node = node;
    this.broker = broker;
  }

  join(): Promise<void> {
    return this.broker.join(this.node, {
      onText: (text) => {
        this.texts.push(text);
        this.emit(text);
      },
      onUp: () => this.#note('up'),
      onDown: () => this.#note('down'),
    });
  }

  /** Resolves when this text is there. */
  async got(text: string): Promise<void> {
    if (!this.texts.includes(text)) await once(this, text);
  }

  #note(change: string): void {
    this.changes.push(change);
    this.emit(change);
  }
}

/** The second member has left, and whoever is asked next knows: its end came before the question of the first. */
async function leave([asking, leaving]: readonly [Member, Member, Member]): Promise<void> {
  await leaving.broker.close();
  await asking.broker.present([leaving.node]);
}

/** What every broker promises. */
export function describeBroker(name: string, start: () => Promise<Network>): void {
  const it = test
    .extend('network', async ({ task: _ }, { onCleanup }) => {
      const network = await start();
      onCleanup(() => network.close());
      return network;
    })
    .extend('members', async ({ network }, { onCleanup }) => {
      const members = await Promise.all(
        ['a', 'b', 'c'].map(async (node) => new Member(node, await network.broker())),
      );
      for (const member of members) await member.join();
      onCleanup(async () => void (await Promise.all(members.map(({ broker }) => broker.close()))));
      return members as [Member, Member, Member];
    });

  it(`B9.1 ${name}: what is sent to all comes to all, the sender too, and their number is told`, async ({
    members,
  }) => {
    const receivers = await members[0].broker.toAll('hello');
    await Promise.all(members.map((member) => member.got('hello')));
    expect([receivers, ...members.map(({ texts }) => texts)]).toEqual([3, ['hello'], ['hello'], ['hello']]);
  });

  it(`B9.1 ${name}: what is sent to one comes to that one alone`, async ({ members }) => {
    await members[0].broker.toOne('b', 'for b');
    await members[0].broker.toAll('end');
    await Promise.all(members.map((member) => member.got('end')));
    expect(members.map(({ texts }) => texts)).toEqual([['end'], ['for b', 'end'], ['end']]);
  });

  it(`B9.1 ${name}: what one sends arrives in its order, to whomever it goes`, async ({ members }) => {
    const sent = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    for (const [index, text] of sent.entries()) {
      void (index % 2 === 0 ? members[0].broker.toAll(text) : members[0].broker.toOne('b', text));
    }
    await members[0].broker.toAll('end');
    await members[1].got('end');
    expect(members[1].texts).toEqual([...sent, 'end']);
  });

  it(`B9.1 ${name}: what all send to all arrives in one order at all`, async ({ members }) => {
    const sending = Array.from({ length: 100 }, (_, index) => {
      return members.map(({ node, broker }) => broker.toAll(`${node} ${index}`));
    });
    await Promise.all(sending.flat());
    await members[0].broker.toAll('end');
    await Promise.all(members.map((member) => member.got('end')));
    const [first, ...others] = members.map(({ texts }) => texts);
    expect([first!.length, others]).toEqual([301, [first, first]]);
  });

  it(`B9.1 ${name}: it tells who is there`, async ({ members }) => {
    const before = await members[0].broker.present(['a', 'b', 'nobody']);
    await leave(members);
    const after = await members[0].broker.present(['a', 'b', 'nobody']);
    expect([[...before], [...after]]).toEqual([['a', 'b'], ['a']]);
  });

  it(`B9.1 ${name}: who has left gets nothing, and is not counted`, async ({ members }) => {
    await leave(members);
    const receivers = await members[0].broker.toAll('later');
    await members[2].got('later');
    expect([receivers, members[1].texts]).toEqual([2, []]);
  });

  it(`B9.1 ${name}: a text of 2 MiB arrives whole`, async ({ members }) => {
    const text = '猫'.repeat(1024 * 1024);
    await members[0].broker.toAll(text);
    await members[1].got(text);
    expect(members[1].texts[0]).toBe(text);
  });

  it(`B9.5 ${name}: what is sent while the engine is away fails, and never comes later`, async ({
    network,
    members,
  }) => {
    const down = members.map((member) => once(member, 'down'));
    const up = members.map((member) => once(member, 'down').then(() => once(member, 'up')));
    await network.stop();
    await Promise.all(down);
    const attempts = [
      members[0].broker.toAll('lost'),
      members[0].broker.toOne('b', 'lost'),
      members[0].broker.present(['b']),
    ];
    const outcomes = await Promise.allSettled(attempts);
    await network.start();
    await Promise.all(up);
    await members[0].broker.toAll('after');
    await Promise.all(members.map((member) => member.got('after')));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(members.map(({ texts, changes }) => [texts, changes])).toEqual(
      members.map(() => [['after'], ['up', 'down', 'up']]),
    );
  });
}
