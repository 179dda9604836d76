import { describe, expect } from 'vitest';
import type { SimEvent } from '../../server/index.ts';
import { app, type FormFields, it, signedHeaders, typing } from '../fixtures/simulator.ts';

/** A call that the app server makes, and whether the simulator serves it. */
type Call = [path: string, fields: FormFields, isServed: boolean];

const portraitUri = 'http://portrait.test/a.png';
const members = ['alice', 'bob', 'carol'];
const hello = { fromUserId: 'alice', objectName: 'RC:TxtMsg', content: '{"content":"hello"}' };

const atLogin = (userId: string): Call[] => [
  ['/user/profile/set.json', { userId, userProfile: JSON.stringify({ name: userId, portraitUri }) }, false],
  ['/friend/add.json', { userId, targetId: 'dave', optType: '2' }, false],
];

const inGroup: Call[] = [
  ['/entrust/group/create.json', { groupId: 'team', name: 'Team', owner: 'alice', userIds: 'bob' }, true],
  ['/entrust/group/join.json', { groupId: 'team', userIds: 'carol' }, true],
  ['/entrust/group/profile/update.json', { groupId: 'team', groupProfile: '{"name":"A-Team"}' }, true],
  ['/group/ban/add.json', { groupId: 'team' }, false],
  ['/group/user/ban/whitelist/add.json', { groupId: 'team', userId: 'alice' }, false],
  ['/statusmessage/group/publish.json', { ...typing, toGroupId: 'team' }, true],
  ['/message/group/publish.json', { ...hello, toGroupId: 'team' }, true],
  ['/group/ban/rollback.json', { groupId: 'team' }, false],
  [
    '/conversation/message/history/clean.json',
    { userId: 'bob', targetId: 'team', conversationType: '3' },
    false,
  ],
  ['/message/system/publish.json', { ...hello, toUserId: ['bob', 'carol'] }, true],
];

const atTheEnd: Call[] = [
  ['/user/blacklist/add.json', { userId: 'carol', blackUserId: 'bob' }, true],
  ['/user/block.json', { userId: 'bob', minute: '60' }, true],
  ['/entrust/group/member/kick.json', { groupId: 'team', userIds: 'bob' }, true],
];

describe.for([true, false])(
  'an app server of the shape of SealTalk’s, with acceptUnsimulated %s',
  (accept) => {
    it.override('options', { apps: [app], stored: 'online', acceptUnsimulated: accept });

    it('B12.2 runs to its end: what is not simulated is accepted, or refused in a way it can pass over', async ({
      simulator,
      connect,
      postForm,
    }) => {
      const passedOver: string[] = [];
      const accepted: string[] = [];
      simulator.on('accepted', (event: SimEvent & { event: 'accepted' }) => accepted.push(event.path));
      const call = async (path: string, fields: FormFields) => {
        const { status, body } = await postForm(path, fields, signedHeaders(app));
        if (body.code === 1009) passedOver.push(path);
        else expect([path, status, body.code]).toEqual([path, 200, 200]);
        return body;
      };
      const run = async (calls: Call[]) => {
        for (const [path, fields] of calls) await call(path, fields);
      };

      const clients = [];
      for (const userId of members) {
        const { token } = await call('/user/getToken.json', { userId, name: userId, portraitUri });
        await run(atLogin(userId));
        clients.push(await connect({ appKey: app.key, token }));
      }
      await run(inGroup);
      const [, bob, carol] = clients as [(typeof clients)[0], (typeof clients)[0], (typeof clients)[0]];
      await Promise.all([bob, carol].map((client) => client.settle()));
      const got = [bob, carol].map(({ received }) =>
        received.map(({ objectName, channelType, stored }) => [objectName, channelType, stored]),
      );
      const expected = [
        ['RC:TypSts', 'GROUP', undefined],
        ['RC:TxtMsg', 'GROUP', true],
        ['RC:TxtMsg', 'SYSTEM', true],
      ];
      expect(got).toEqual([expected, expected]);

      await run(atTheEnd);
      expect(await bob.closed).toMatchObject({ code: 4012 });
      await call('/message/group/publish.json', { ...hello, toGroupId: 'team' });
      expect(await carol.settle().then(() => carol.received.length)).toBe(4);

      const logins = members.flatMap(atLogin);
      const unserved = [...logins, ...inGroup, ...atTheEnd].filter(([, , isServed]) => !isServed);
      const unservedPaths = unserved.map(([path]) => path);
      expect([accepted, passedOver]).toEqual(accept ? [unservedPaths, []] : [[], unservedPaths]);
    });
  },
);
