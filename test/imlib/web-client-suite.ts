import { describe, expect } from 'vitest';
import { type SessionEvent, type SimulatorOptions, startSimulator } from '../../server/index.ts';
import { freePort } from '../bench/free-port.ts';
import { it as base } from '../fixtures/simulator.ts';
import type { TypingStatus, WebClient, WebHost } from './web-client.ts';

// What the client calls the kinds of conversation.
const privately = 1;
const inGroup = 3;

const hello = { fromUserId: 'alice', objectName: 'RC:TxtMsg', content: '{"content":"你好 👋"}' };

/** A test with web apps, which run where `open` says: it is called once for a file. */
export function webTest(open: () => Promise<WebHost>) {
  return (
    base
      .extend('options', {}) // the client that serves the next test as well was begun for the app `default`
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads in it that no other fixture is needed
      .extend('startWeb', { scope: 'file' }, async ({}, { onCleanup }) => {
        const host = await open();
        const clients: WebClient[] = [];
        onCleanup(async () => {
          await Promise.all(clients.map((client) => client.close()));
          await host.close();
        });
        return async () => {
          const client = await host.start();
          clients.push(client);
          await client.call('init', 'default');
          return client;
        };
      })
      /** Those that are free for the next test: to load one takes longer than most tests. */
      // biome-ignore lint/correctness/noEmptyPattern: as above
      .extend('idle', { scope: 'file' }, async ({}): Promise<WebClient[]> => [])
      /** Gives a web app, whose client is ready to connect. */
      .extend('loadWeb', ({ startWeb, idle }, { onCleanup }) => {
        const used: WebClient[] = [];
        onCleanup(async () => {
          await Promise.all(used.map((client) => client.call('disconnect')));
          for (const client of used) client.forget();
          idle.push(...used);
        });
        return async () => {
          const client = idle.pop() ?? (await startWeb());
          used.push(client);
          return client;
        };
      })
      /** Brings a user online with one. */
      .extend('openWeb', ({ simulator, loadWeb }) => async (userId: string) => {
        const client = await loadWeb();
        const result = await client.connect(simulator.app().token(userId));
        expect(result).toMatchObject({ code: 0, data: { userId } });
        return client;
      })
      /** Resolves when a session of this user has ended. */
      .extend('sessionEnd', ({ simulator }) => (userId: string) => {
        return new Promise<SessionEvent>((resolve) => {
          simulator.on('session', (event) => {
            if (event.state === 'closed' && event.userId === userId) resolve(event);
          });
        });
      })
  );
}

/** What the client must be able to do, wherever it runs. */
export function describeWebClient(where: string, it: ReturnType<typeof webTest>, isSkipped = false): void {
  describe.skipIf(isSkipped)(`RongCloud's web client in ${where}`, () => {
    it('C3 connects with no more than a token, and is online', async ({ loadWeb, postForm }) => {
      const client = await loadWeb();
      const { body } = await postForm('/user/getToken.json', { userId: 'bob', name: 'A name' });
      expect(await client.connect(body.token)).toMatchObject({ code: 0, data: { userId: 'bob' } });
      await client.next('CONNECTED');
      expect((await postForm('/user/checkOnline.json', { userId: 'bob' })).body).toMatchObject({
        status: '1',
      });
    });

    it('C5 shows a text that came as a status message, and counts it as nothing', async ({
      openWeb,
      publish,
    }) => {
      const bob = await openWeb('bob');
      const { body } = await publish({ ...hello, toUserId: 'bob' });
      expect(await bob.next('MESSAGES')).toMatchObject([
        {
          conversationType: privately,
          targetId: 'alice',
          senderUserId: 'alice',
          messageType: 'RC:TxtMsg',
          content: { content: '你好 👋' },
          messageUId: body.messageUIDs[0]!.messageUID,
          messageDirection: 2,
          isStatusMessage: true,
          isOffLineMessage: false,
        },
      ]);
      expect([await bob.call('unread'), bob.count('CONVERSATION')]).toEqual([0, 0]);
    });

    it('C5 shows a message to a group in the group', async ({ openWeb, postForm, postJson }) => {
      const bob = await openWeb('bob');
      await postForm('/group/create.json', { userId: 'bob', groupId: 'team' });
      await postJson('/sim/publish', { ...hello, toGroupId: 'team' });
      const expected = {
        conversationType: inGroup,
        targetId: 'team',
        senderUserId: 'alice',
        isStatusMessage: true,
      };
      expect(await bob.next('MESSAGES')).toMatchObject([expected]);
    });

    it('C5 shows a broadcast', async ({ openWeb, postForm }) => {
      const bob = await openWeb('bob');
      await postForm('/message/online/broadcast.json', hello);
      const expected = { conversationType: 6, targetId: 'alice', isStatusMessage: true };
      expect(await bob.next('MESSAGES')).toMatchObject([expected]);
    });

    it('B1.2 gets nothing that was sent while it was offline', async ({ openWeb, publish }) => {
      await publish({ ...hello, toUserId: 'bob', content: '{"content":"missed"}' });
      const bob = await openWeb('bob');
      await publish({ ...hello, toUserId: 'bob' });
      expect(await bob.next('MESSAGES')).toMatchObject([{ content: { content: '你好 👋' } }]);
    });

    it('C6 shows its user what was sent elsewhere, in each conversation', async ({ openWeb, publish }) => {
      const alice = await openWeb('alice');
      const { body } = await publish({ ...hello, toUserId: ['bob', 'carol'], isIncludeSender: '1' });
      for (const [index, targetId] of ['bob', 'carol'].entries()) {
        const { messageUID: messageUId } = body.messageUIDs[index]!;
        const sent = { senderUserId: 'alice', messageDirection: 1, isStatusMessage: true };
        expect(await alice.next('MESSAGES')).toMatchObject([{ targetId, messageUId, ...sent }]);
      }
    });

    it('C7 shows another that its user types', async ({ openWeb }) => {
      const [alice, bob] = await Promise.all([openWeb('alice'), openWeb('bob')]);
      await alice.call('typing', privately, 'bob');
      const list = [{ userId: 'alice', messageType: 'RC:TxtMsg' }];
      expect(await nextTyping(bob)).toMatchObject([{ conversationType: privately, targetId: 'alice', list }]);
    });

    it('C7 shows a group that its user types', async ({ openWeb, postForm }) => {
      await postForm('/group/create.json', { userId: ['alice', 'bob'], groupId: 'team' });
      const [alice, bob] = await Promise.all([openWeb('alice'), openWeb('bob')]);
      await alice.call('typing', inGroup, 'team');
      const list = [{ userId: 'alice' }];
      expect(await nextTyping(bob)).toMatchObject([{ conversationType: inGroup, targetId: 'team', list }]);
    });

    it('C7 shares a group with clients of the simulator', async ({
      openWeb,
      connect,
      postForm,
      postJson,
    }) => {
      await postForm('/group/create.json', { userId: ['alice', 'bob', 'carol'], groupId: 'team' });
      const [alice, carol] = await Promise.all([openWeb('alice'), openWeb('carol')]);
      const bob = await connect('bob');
      await alice.call('sendStatus', inGroup, 'team', 'app:mood', { mood: 'fine' });
      const mood = { channelType: 'GROUP', groupId: 'team', fromUserId: 'alice', objectName: 'app:mood' };
      expect(await bob.next()).toMatchObject({ ...mood, content: '{"mood":"fine"}' });
      expect(await carol.next('MESSAGES')).toMatchObject([{ targetId: 'team', content: { mood: 'fine' } }]);
      await bob.publish({ toUserId: ['alice'], objectName: 'RC:TxtMsg', content: '{"content":"hi"}' });
      expect(await alice.next('MESSAGES')).toMatchObject([{ targetId: 'bob', content: { content: 'hi' } }]);
      await postJson('/sim/publish', { ...hello, fromUserId: 'dave', toGroupId: 'team' });
      const all = await Promise.all([alice.next('MESSAGES'), carol.next('MESSAGES'), bob.next()]);
      expect(all).toMatchObject([[{ targetId: 'team' }], [{ targetId: 'team' }], { groupId: 'team' }]);
    });

    it('C8 is told that ordinary messages are not stored', async ({ openWeb }) => {
      const alice = await openWeb('alice');
      expect(await alice.call('sendText', privately, 'bob', 'hi')).toMatchObject({ code: 25102 });
    });

    it("C3 is told 31004 of a bad token and of another app's", async ({ simulator, loadWeb }) => {
      const client = await loadWeb();
      const tokens = [`none@${simulator.url}`, simulator.app('other').token('alice')];
      for (const token of tokens) expect(await client.connect(token)).toMatchObject({ code: 31004 });
    });

    it('C11 is kicked with 31010 by another of the same user', async ({ simulator, openWeb }) => {
      const first = await openWeb('bob');
      await openWeb('bob');
      expect(await first.next('DISCONNECT')).toBe(31010);
      expect(simulator.presence('bob').sessions).toHaveLength(1);
    });

    it('C11 is told 31011 when it is disconnected', async ({ openWeb, send }) => {
      const bob = await openWeb('bob');
      await send('/sim/sessions/bob', { method: 'DELETE' });
      expect(await bob.next('DISCONNECT')).toBe(31011);
    });

    it('C11 is offline once it disconnects', async ({ simulator, openWeb, sessionEnd }) => {
      const bob = await openWeb('bob');
      const ended = sessionEnd('bob');
      await bob.call('disconnect');
      await ended;
      expect(simulator.presence('bob').online).toBe(false);
    });

    it('C11 has logged out when it says so', async ({ openWeb, sessionEnd }) => {
      const bob = await openWeb('bob');
      const ended = sessionEnd('bob');
      await bob.call('disconnect', false, true);
      expect(await ended).toMatchObject({ code: 1000 });
    });

    describe('at a port of its own', () => {
      it.override('options', async (): Promise<SimulatorOptions> => ({ port: await freePort() }));

      it('C11 comes back by itself after a restart, and messages arrive again', async ({
        options,
        simulator,
        openWeb,
      }) => {
        const bob = await openWeb('bob');
        await bob.next('CONNECTED');
        await simulator.close();
        expect(await bob.next('SUSPEND')).toBe(31006);
        await using restarted = await startSimulator(options);
        await bob.next('CONNECTED');
        restarted.publish({ ...hello, toUserId: 'bob' });
        expect(await bob.next('MESSAGES')).toMatchObject([{ content: { content: '你好 👋' } }]);
      });
    });

    it('calls its maker at its start, and reaches nobody outside this machine', async ({ startWeb }) => {
      const client = await startWeb();
      expect(await client.next('BLOCKED')).toBe('dualstack-cloudcontrol.rong-edge.com');
      // Addresses, too: without a network a name alone would prove nothing.
      for (const host of ['rongcloud.test', '192.0.2.1', '[2001:db8::1]']) {
        expect(await client.call('fetch', `http://${host}/`)).toMatch(/TypeError/);
        expect(host).toContain(await client.next('BLOCKED'));
      }
    });
  });
}

/** Who begins to type; the client tells of the end as well. */
async function nextTyping(client: WebClient): Promise<TypingStatus[]> {
  for (;;) {
    const typing = await client.next('TYPING_STATUS');
    if (typing.some(({ list }) => list.length > 0)) return typing;
  }
}
