import { describe } from 'vitest';
import { connectClient } from '../../client-sim/index.ts';
import { explore, type Scenario } from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import { failureOf } from './failure-of.ts';

const typing = { from: 'bot', to: 'bob', objectName: 'RC:TypSts' };
const answer = { from: 'bot', to: 'bob', objectName: 'RC:TxtMsg' };

/** The timer of a bot repeats its typing once more after the answer. */
const heartbeat: Scenario = async ({ sim, actor, check }) => {
  const bob = await sim.connect('bob');
  actor('heartbeat', async (turn) => {
    for (let beat = 1; beat <= 2; beat++) {
      await turn('posts typing');
      await sim.publish(typing);
    }
  });
  actor('bot', async (turn) => {
    await turn('posts the answer');
    await sim.publish(answer);
  });
  const last = () => bob.received.map((frame) => frame.type === 'status' && frame.messageUID).at(-1);
  check(() => expect(`${last()}`).toBe('another'));
};

/** So many actors take so many steps, each of which meets all others. */
const crowd =
  (actors: number, steps: number): Scenario =>
  ({ sim, actor }) => {
    for (let number = 1; number <= actors; number++) {
      actor(`actor ${number}`, async (turn) => {
        for (let step = 1; step <= steps; step++) {
          await turn('publishes');
          await sim.publish(typing);
        }
      });
    }
  };

describe('orders', () => {
  test('are as many as the multinomial when all steps meet', async () => {
    expect(await explore(crowd(2, 3))).toEqual({ orders: 20, distinct: 20, exhaustive: true });
  });

  test('that differ by steps of users who do not meet are run once', async () => {
    const explored = await explore(({ sim, actor }) => {
      for (const user of ['bob', 'carol', 'dave']) {
        actor(user, async (turn) => {
          await turn('connects');
          const client = await sim.connect(user);
          await turn('publishes to itself');
          await client.publish({ toUserId: user, objectName: 'my:note', content: 'hi' });
        });
      }
    });
    expect(explored).toEqual({ orders: 1, distinct: 1, exhaustive: true });
  });

  const unseen: Record<string, Scenario> = {
    'a variable': ({ actor }) => {
      actor('one', (turn) => turn('looks'));
      actor('other', (turn) => turn('looks'));
    },
    'a call over HTTP': ({ sim, actor }) => {
      actor('one', async (turn) => {
        await turn('asks, and publishes to carol');
        const body = new URLSearchParams({ userId: 'bob' });
        await fetch(`${sim.url}/user/checkOnline.json`, {
          method: 'POST',
          body,
          headers: { 'App-Key': sim.appKey },
        });
        await sim.publish({ from: 'alice', to: 'carol' });
      });
      actor('bob', async (turn) => {
        await turn('connects');
        await sim.connect('bob');
      });
    },
    'the clock': ({ sim, actor }) => {
      actor('one', async (turn) => {
        await turn('waits, and publishes to carol');
        await sim.clock.advance(1000);
        await sim.publish({ from: 'alice', to: 'carol' });
      });
      actor('bob', async (turn) => {
        await turn('connects');
        await sim.connect('bob');
      });
    },
    'a fault': ({ sim, actor }) => {
      actor('one', async (turn) => {
        await turn('breaks, and publishes to carol');
        sim.faults.set({ fault: 'drop-next', userId: 'bob', count: 1 });
        await sim.publish({ from: 'alice', to: 'carol' });
      });
      actor('other', async (turn) => {
        await turn('publishes');
        await sim.publish(typing);
      });
    },
    'a look at who is online': ({ sim, actor }) => {
      actor('one', async (turn) => {
        await turn('looks, and publishes to carol');
        sim.presence('bob');
        await sim.publish({ from: 'alice', to: 'carol' });
      });
      actor('bob', async (turn) => {
        await turn('connects');
        await sim.connect('bob');
      });
    },
    'a subscription': async ({ sim, actor }) => {
      const alice = await sim.connect('alice');
      actor('alice', async (turn) => {
        await turn('subscribes');
        await alice.subscribe(['bob']);
      });
      actor('bob', async (turn) => {
        await turn('connects');
        await sim.connect('bob');
      });
    },
    'what it says itself': ({ sim, actor }) => {
      for (const user of ['bob', 'carol']) {
        actor(user, async (turn) => {
          await turn('publishes to itself', 'a variable');
          await sim.publish({ from: user, to: user });
        });
      }
    },
  };
  test.for(Object.keys(unseen))('of steps that meet by %s are not equivalent', async (by) => {
    expect(await explore(unseen[by]!)).toEqual({ orders: 2, distinct: 2, exhaustive: true });
  });

  test('are all different to an invariant', async () => {
    const explored = await explore(({ sim, actor, invariant }) => {
      for (const user of ['bob', 'carol']) {
        actor(user, async (turn) => {
          await turn('publishes to itself');
          await sim.publish({ from: user, to: user });
        });
      }
      invariant(() => {});
    });
    expect(explored.orders).toBe(2);
  });

  test('over the limit are not run, and the result says so', async () => {
    const explored = await explore(crowd(3, 3), { limit: 20 });
    expect(explored).toEqual({ orders: 20, distinct: 20, exhaustive: false });
  });

  test('each have an app, a time and ids that are the same each time', async () => {
    const seen = new Set<string>();
    await explore(async ({ sim, actor, check }) => {
      expect(sim.presence('bob').online).toBe(false);
      const bob = await sim.connect('bob');
      for (const name of ['one', 'other']) {
        actor(name, async (turn) => {
          await turn('publishes');
          await sim.publish(typing);
        });
      }
      check(() => seen.add(JSON.stringify([sim.appKey, bob.sessionId, bob.received])));
    });
    expect([...seen]).toEqual([
      expect.stringMatching(/^\["explore","[\w-]{21}",\[\{.*"sentTime":1767225600000\}\]\]$/),
    ]);
  });
});

describe('a failure', () => {
  test('tells the order, what its steps brought, the assertion, and how to run it again', async () => {
    expect(await failureOf(() => explore(heartbeat))).toBe(`order 1 fails, with 0 preemptions:
  heartbeat: posts typing → bob delivered
  heartbeat: posts typing → bob delivered
  bot: posts the answer → bob delivered
and in the end: expected 'I46R-09PE-N7VQ-0000' to be 'another' // Object.is equality
This order alone: { replay: 'heartbeat.heartbeat.bot' }`);
  });

  test('is the same to the byte with the same seed, and has other ids with another', async () => {
    const [one, same, other] = await Promise.all(
      ['a', 'a', 'b'].map((seed) => failureOf(() => explore(heartbeat, { seed }))),
    );
    expect(one).toBe(same);
    expect(one).toContain(`{ replay: 'heartbeat.heartbeat.bot', seed: "a" }`);
    expect(other).not.toBe(one!.replace('"a"', '"b"'));
  });

  test('begins with the name of the test', async ({ explore }) => {
    expect(await failureOf(() => explore(heartbeat))).toContain(
      'begins with the name of the test: order 1 fails,',
    );
  });

  test('has its cause', async () => {
    const cause = new Error('out of order');
    const failure = explore(({ actor }) => {
      actor('bob', async (turn) => {
        await turn('throws');
        throw cause;
      });
    });
    await expect(failure).rejects.toMatchObject({ name: 'AssertionError', cause });
  });

  const bad: [string, Scenario, string][] = [
    [
      'in the scenario',
      () => {
        throw new Error('not ready');
      },
      'and before the first step: not ready',
    ],
    [
      'in a step',
      ({ sim, actor }) => {
        actor('bob', async (turn) => {
          await turn('publishes and fails');
          await sim.publish({ from: 'bob', to: ['carol', 'dave'] });
          throw new Error('out of order');
        });
      },
      '  bob: publishes and fails → carol dropped: offline, dave dropped: offline\nand in this step: out of order',
    ],
    [
      'of an invariant',
      ({ sim, actor, invariant }) => {
        actor('bob', async (turn) => {
          await turn('connects');
          await sim.connect('bob');
        });
        invariant(() => expect(sim.presence('bob').online).toBe(false));
      },
      '  bob: connects\nand after this step: expected true to be false',
    ],
    [
      'of an actor that waits for what never comes',
      ({ actor }) => {
        actor('bob', async (turn) => {
          await turn('waits');
          await new Promise(() => {});
        });
      },
      '  bob: waits\nand in this step: "bob" came to no next turn and to no end within 100 ms.',
    ],
    [
      'of a session that is left open',
      ({ sim, actor }) => {
        actor('bob', async (turn) => {
          await turn('connects by itself');
          await connectClient(sim.wsUrl, { userId: 'bob' });
        });
      },
      'and as the app is closed: Still open at the end: 1 session that sim.connect() did not open, of "bob".',
    ],
    [
      'of two actors of one name',
      ({ actor }) => [actor('bob', () => {}), actor('bob', () => {})],
      'two actors',
    ],
    [
      'of a name that has no place in replay',
      ({ actor }) => actor('bob.smith', () => {}),
      'No name for an actor',
    ],
  ];
  test.for(bad)('%s is told', async ([, scenario, told]) => {
    const timeoutMs = told.includes('100 ms') ? 100 : 20_000;
    expect(await failureOf(() => explore(scenario, { timeoutMs }))).toContain(told);
  });

  test('is the smallest there is', async () => {
    const message = await failureOf(() =>
      explore(async ({ sim, actor, check }) => {
        const bob = await sim.connect('bob');
        for (const name of ['one', 'other']) {
          actor(name, async (turn) => {
            for (const objectName of ['my:begin', 'my:end']) {
              await turn(objectName);
              await sim.publish({ from: name, to: 'bob', objectName });
            }
          });
        }
        const order = () => bob.received.map(({ objectName }) => objectName.slice(3)).join();
        check(() => expect(order()).toBe('begin,end,begin,end'));
      }),
    );
    expect(message).toContain('with 1 preemption:');
    expect(message).toContain(`replay: 'other.one.one.other'`);
  });

  test('that was found by chance says that there may be a smaller one', async () => {
    let orders = 0;
    const scenario: Scenario = (scene) => {
      crowd(3, 3)(scene);
      orders++;
      scene.check(() => expect(orders).toBeLessThan(8));
    };
    expect(await failureOf(() => explore(scenario, { limit: 10 }))).toContain('It was found by chance');
  });
});

describe('replay', () => {
  test('runs one order alone', async () => {
    const ran: string[] = [];
    const scenario: Scenario = ({ actor }) => {
      for (const name of ['one', 'other']) {
        actor(name, async (turn) => {
          await turn('first');
          ran.push(name);
          await turn('second');
          ran.push(name);
        });
      }
    };
    const explored = await explore(scenario, { replay: 'other.one.other.one' });
    expect(ran).toEqual(['other', 'one', 'other', 'one']);
    expect(explored).toEqual({ orders: 1, distinct: 1, exhaustive: false });
  });

  test('fails where there is no such order', async () => {
    expect(await failureOf(() => explore(crowd(2, 1), { replay: 'actor 1.actor 1' }))).toContain(
      'It cannot be the turn of "actor 1" now.',
    );
  });
});

describe('in flight', () => {
  /** One device of bob's sees the answer before another one sees the typing. */
  const devices: Scenario = async ({ sim, actor, invariant }) => {
    const phone = await sim.connect('bob');
    const tablet = await sim.connect('bob');
    actor('bot', async (turn) => {
      await turn('posts typing');
      await sim.publish(typing);
      await turn('posts the answer');
      await sim.publish(answer);
    });
    invariant(() => expect([phone.received.length, tablet.received.length]).not.toEqual([2, 0]));
  };

  test('a bug that only late arrivals show is found, and only so', async () => {
    expect((await explore(devices)).exhaustive).toBe(true);
    expect(await failureOf(() => explore(devices, { inFlight: true }))).toMatch(
      / {2}>bob: RC:TxtMsg from "bot": .*\nand after this step: .*\n.*inFlight: true/,
    );
  });

  test('a session gets all in order, and all of it (B1.10)', async () => {
    const { exhaustive } = await explore(
      async ({ sim, actor, check }) => {
        const bob = await sim.connect('bob');
        actor('bot', async (turn) => {
          for (const content of ['1', '2', '3']) {
            await turn('publishes');
            await sim.publish({ from: 'bot', to: 'bob', objectName: 'my:note', content });
          }
        });
        check(() => expect(bob.received.map(({ content }) => content)).toEqual(['1', '2', '3']));
      },
      { inFlight: true },
    );
    expect(exhaustive).toBe(true);
  });

  test('a barrier brings what came before it (B1.9)', async () => {
    const { exhaustive } = await explore(
      async ({ sim, actor }) => {
        const bob = await sim.connect('bob');
        let published = 0;
        actor('bot', async (turn) => {
          await turn('publishes');
          await sim.publish(typing);
          published++;
        });
        actor('bob', async (turn) => {
          await turn('passes a barrier');
          await bob.settle();
          expect(bob.received.length).toBe(published);
          await turn('leaves');
          await bob.close();
        });
      },
      { inFlight: true },
    );
    expect(exhaustive).toBe(true);
  });
});
