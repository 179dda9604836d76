import { expectTypeOf, it } from 'vitest';
import type { SimClient } from '../../client-sim/index.ts';
import {
  createSimApp,
  expectClient,
  expectNone,
  type expectReport,
  type MessagePattern,
  matchers,
  type SimApp,
  startTestSim,
} from '../../client-sim/testkit/index.ts';
import { expect, test } from '../../client-sim/testkit/vitest.ts';
import type { DeliveryReport, DropReason, Settled, Simulator } from '../../server/index.ts';

declare const client: SimClient;
declare const report: DeliveryReport;
declare const sim: SimApp;

// Checked by tsc alone; nothing here runs.
const unrun = (_types: () => unknown) => {};

it('the fixture has its types', () => {
  unrun(() => {
    test('', ({ sim, simulator, assertQuiet }) => {
      expectTypeOf(sim).toEqualTypeOf<SimApp>();
      expectTypeOf(simulator).toEqualTypeOf<Simulator>();
      expectTypeOf(assertQuiet).toEqualTypeOf<boolean>();
    });
    test.extend({ assertQuiet: true });
  });
});

it('matchers on a client are awaited, and are for clients alone', () => {
  unrun(() => {
    expectTypeOf(expect(client).toHaveReceived).parameters.toEqualTypeOf<[pattern: MessagePattern]>();
    expectTypeOf(expect(client).toHaveReceived).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(expect(client).not.toHaveReceivedOnce).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(expect(client).toHaveReceivedNothing).returns.toEqualTypeOf<Promise<void>>();
    // @ts-expect-error a report has received nothing
    expect(report).toHaveReceived({});
    // @ts-expect-error connect() was not awaited
    expect(sim.connect('bob')).toHaveReceived({});
  });
});

it('matchers on a report are for reports alone', () => {
  unrun(() => {
    expectTypeOf(expect(report).toHaveDropped).parameter(0).toBeString();
    expectTypeOf(expect(report).toHaveDropped).parameter(1).toEqualTypeOf<DropReason | undefined>();
    expectTypeOf(expect(report).not.toHaveDelivered).returns.toBeVoid();
    expectTypeOf(expect(report).toHaveEchoed).returns.toBeVoid();
    // @ts-expect-error no such reason
    expect(report).toHaveDropped('carol', 'asleep');
    // @ts-expect-error publish() was not awaited
    expect(sim.publish({ from: 'a', to: 'b' })).toHaveDropped('carol');
  });
});

it('vitest’s own matchers stay', () => {
  unrun(() => {
    expect(client).toBe(client);
    expect(report).not.toEqual(report);
    expect(1).toBe(1);
    test('', ({ sim, expect }) => expect(sim).toBeDefined());
  });
});

it('the plain assertions are those of the matchers', () => {
  unrun(() => {
    expectTypeOf(expect(client)).toExtend<ReturnType<typeof expectClient>>();
    expectTypeOf(expect(report)).toExtend<ReturnType<typeof expectReport>>();
    expectTypeOf(expectNone).parameter(0).toEqualTypeOf<SimClient>();
    expectTypeOf(expectNone).parameter(1).toEqualTypeOf<MessagePattern | undefined>();
    expect.extend(matchers);
  });
});

it('a pattern is a partial status message, or an echo that says so', () => {
  expectTypeOf<{ fromUserId: string; content: { a: 1 } }>().toExtend<MessagePattern>();
  expectTypeOf<{ type: 'echo'; content: string }>().toExtend<MessagePattern>();
  expectTypeOf<{ messageUIDs: [] }>().not.toEqualTypeOf<MessagePattern>();
  unrun(() => {
    // @ts-expect-error no such field
    expectClient(client).toHaveReceived({ from: 'alice' });
    // @ts-expect-error no such field
    expect(client).toHaveReceived({ from: 'alice' });
    // @ts-expect-error an echo has a list of them
    expectNone(client, { type: 'echo', messageUID: 'x' });
  });
});

it('an app has its types', () => {
  expectTypeOf<SimApp['connect']>().returns.resolves.toEqualTypeOf<SimClient>();
  expectTypeOf<SimApp['publish']>().returns.resolves.toEqualTypeOf<DeliveryReport>();
  expectTypeOf<SimApp['settle']>().returns.resolves.toEqualTypeOf<Settled>();
  expectTypeOf(startTestSim).returns.resolves.toEqualTypeOf<SimApp>();
  expectTypeOf(createSimApp).parameter(0).toEqualTypeOf<Simulator>();
  expectTypeOf(createSimApp).returns.toEqualTypeOf<SimApp>();
});
