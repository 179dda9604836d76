import { describe, expect } from 'vitest';
import { nodeHost } from './node-client.ts';
import { webTest } from './web-client-suite.ts';

const versions = (['5.28.0', '5.7.3'] as const).map((version) => ({
  version,
  it: webTest(nodeHost(version)),
}));

describe.each(versions)("RongCloud's web client $version", ({ it }) => {
  it('C3 C5 connects, and shows a status message', async ({ simulator, openWeb, publish }) => {
    const bob = await openWeb('bob');
    expect(simulator.presence('bob').online).toBe(true);
    await bob.next('PULL_OFFLINE_MESSAGE_FINISHED'); // 5.7 loses what comes earlier: C9
    const text = { objectName: 'RC:TxtMsg', content: '{"content":"你好 👋"}' };
    const { body } = await publish({ ...text, toUserId: 'bob' });
    const { messageUID: messageUId } = body.messageUIDs[0]!;
    const expected = { targetId: 'alice', messageUId, content: { content: '你好 👋' } };
    expect(await bob.next('MESSAGES')).toMatchObject([expected]);
  });

  it('C7 shows another that its user types', async ({ openWeb, connect }) => {
    const [alice, bob] = [await openWeb('alice'), await connect('bob')];
    await alice.call('typing', 1, 'bob');
    expect(await bob.next()).toMatchObject({ fromUserId: 'alice', objectName: 'RC:TypSts' });
  });
});

const { it: itOf57 } = versions.at(-1)!;

itOf57(
  'C9 may lose what comes before it knows that nothing is stored, and nothing later',
  async ({ simulator, loadWeb }) => {
    const bob = await loadWeb();
    const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'RC:TxtMsg' };
    simulator.on('session', ({ state }) => {
      if (state === 'opened') simulator.publish({ ...message, content: '{"content":"early"}' });
    });
    await bob.connect(simulator.app().token('bob'));
    await bob.next('PULL_OFFLINE_MESSAGE_FINISHED');
    simulator.publish({ ...message, content: '{"content":"late"}' });
    // Whether the early one is lost depends on how fast the client is.
    const shown: string[] = [];
    while (!shown.includes('late')) {
      const messages = (await bob.next('MESSAGES')) as { content: { content: string } }[];
      shown.push(...messages.map(({ content }) => content.content));
    }
    expect(['late', 'early,late']).toContain(String(shown));
  },
);
