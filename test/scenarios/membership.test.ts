import { describe, expect } from 'vitest';
import { it as base, type FormFields } from '../fixtures/simulator.ts';

const it = base
  .extend('call', ({ postForm }) => async (path: string, fields: FormFields = {}) => {
    return (await postForm(path, fields)).body as unknown as Record<string, unknown>;
  })
  /** The members of a group, as the plain call has them. */
  .extend('membersOf', ({ call }) => async (groupId: string) => {
    const { users } = await call('/group/user/query.json', { groupId });
    return (users as { id: string }[]).map(({ id }) => id);
  })
  /** The names of a user's groups, by their ids. */
  .extend('groupsOf', ({ call }) => async (userId: string) => {
    const { groups } = await call('/user/group/query.json', { userId });
    return Object.fromEntries((groups as { id: string; name: string }[]).map(({ id, name }) => [id, name]));
  });

const ok = { code: 200 };
const start = Date.UTC(2026, 10, 29, 22);
const team = { groupId: 'team', name: 'Team', owner: 'ann' };

it('B11.1 plain and hosted calls are about the same groups, and messages reach their members', async ({
  call,
  connect,
  membersOf,
}) => {
  const clients = await Promise.all(['ann', 'bob', 'carol', 'dave'].map((userId) => connect(userId)));
  await call('/entrust/group/create.json', { ...team, userIds: 'bob,carol' });
  await call('/group/join.json', { groupId: 'team', userId: 'dave' });
  await call('/entrust/group/member/kick.json', { groupId: 'team', userIds: 'carol' });
  expect(await membersOf('team')).toEqual(['ann', 'bob', 'dave']);
  const message = { fromUserId: 'eve', toGroupId: 'team', objectName: 'app:mood', content: 'hi' };
  await call('/statusmessage/group/publish.json', message);
  await Promise.all(clients.map((client) => client.settle()));
  expect(clients.map(({ received }) => received.length)).toEqual([1, 1, 0, 1]);
});

describe('synchronising', () => {
  it('B11.2 puts the user into exactly these groups, and begins unknown ones', async ({
    call,
    groupsOf,
    membersOf,
  }) => {
    await call('/group/create.json', { groupId: 'old', userId: ['bob', 'carol'], groupName: 'Old' });
    await call('/group/create.json', { groupId: 'kept', userId: ['bob', 'carol'], groupName: 'Kept' });
    const fields = { userId: 'bob', 'group[kept]': 'Renamed', 'group[new one]': '新的' };
    expect(await call('/group/sync.json', fields)).toEqual(ok);
    expect(await groupsOf('bob')).toEqual({ kept: 'Renamed', 'new one': '新的' });
    expect([await membersOf('old'), await membersOf('kept'), await membersOf('new one')]).toEqual([
      ['carol'],
      ['bob', 'carol'],
      ['bob'],
    ]);
  });

  it('B11.2 with none takes the user out of all groups', async ({ call, groupsOf, membersOf }) => {
    await call('/group/create.json', { groupId: 'one', userId: ['bob', 'carol'] });
    expect(await call('/group/sync.json', { userId: 'bob' })).toEqual(ok);
    expect([await groupsOf('bob'), await membersOf('one')]).toEqual([{}, ['carol']]);
  });

  it('B11.2 is refused as a whole', async ({ call, groupsOf }) => {
    await call('/group/sync.json', { userId: 'bob', 'group[one]': 'One' });
    const fields = { userId: 'bob', 'group[two]': 'Two', [`group[${'x'.repeat(65)}]`]: 'Three' };
    expect(await call('/group/sync.json', fields)).toMatchObject({ code: 1005 });
    expect(await groupsOf('bob')).toEqual({ one: 'One' });
  });
});

describe('a hosted group', () => {
  const profile = { introduction: 'We type.', portraitUrl: 'http://portrait.test/team.png' };

  it('B11.3 has an owner who is a member, and is described', async ({ call, simulator }) => {
    simulator.app().clock.freeze(start);
    const fields = { ...team, userIds: ['bob', 'carol'], groupProfile: JSON.stringify(profile) };
    expect(await call('/entrust/group/create.json', fields)).toEqual(ok);
    const described = {
      groupId: 'team',
      name: 'Team',
      groupProfile: JSON.stringify(profile),
      permissions: '{}',
      groupExtProfile: '{}',
      owner: 'ann',
      createTime: start,
    };
    expect(await call('/entrust/group/profile/query.json', { groupIds: 'none,team' })).toEqual({
      code: 200,
      profiles: [{ ...described, memberCount: 3, groupName: 'Team' }],
    });
    // The answer of an SDK's joining.
    expect(await call('/entrust/group/join.json', { groupId: 'team', userIds: 'dave,bob' })).toEqual({
      code: 200,
      ...described,
      memberCount: 4,
    });
    expect(await call('/entrust/group/query.json')).toEqual({
      code: 200,
      groups: [
        {
          groupId: 'team',
          name: 'Team',
          owner: 'ann',
          creator: 'ann',
          portraitUrl: profile.portraitUrl,
          time: start,
        },
      ],
    });
  });

  it('B11.3 that exists is joined, and stays what it is', async ({ call, groupsOf, membersOf }) => {
    await call('/entrust/group/create.json', { ...team, userIds: 'bob' });
    const again = { groupId: 'team', name: 'Other', owner: 'eve', userIds: 'dave' };
    expect(await call('/entrust/group/create.json', again)).toEqual(ok);
    await call('/group/create.json', { groupId: 'team', userId: 'frank', groupName: 'Third' });
    expect([await membersOf('team'), await groupsOf('frank')]).toEqual([
      ['ann', 'bob', 'eve', 'dave', 'frank'],
      { team: 'Team' },
    ]);
  });

  it('B11.3 is renamed and described anew, key by key', async ({ call }) => {
    await call('/entrust/group/create.json', { ...team, groupProfile: JSON.stringify(profile) });
    const change = { name: 'New', introduction: 'We do not type.' };
    const fields = { groupId: 'team', groupProfile: JSON.stringify(change), permissions: '{"joinPerm":1}' };
    expect(await call('/entrust/group/profile/update.json', fields)).toEqual(ok);
    expect(await call('/entrust/group/profile/query.json', { groupIds: ['team'] })).toMatchObject({
      profiles: [
        {
          name: 'New',
          groupProfile: JSON.stringify({ ...profile, introduction: 'We do not type.' }),
          permissions: '{"joinPerm":1}',
        },
      ],
    });
    expect(await call('/entrust/group/profile/update.json', { groupId: 'team', name: 'Newer' })).toEqual(ok);
    expect(await call('/group/refresh.json', { groupId: 'none', groupName: 'x' })).toEqual(ok);
    expect(await call('/entrust/group/profile/query.json', { groupIds: 'team,none' })).toMatchObject({
      profiles: [{ name: 'Newer', groupProfile: expect.stringContaining('not type') }],
    });
    const wrong = { groupId: 'team', groupProfile: '[]' };
    const errorMessage = 'The parameter groupProfile must be a JSON object.';
    expect(await call('/entrust/group/profile/update.json', wrong)).toMatchObject({
      code: 1002,
      errorMessage,
    });
  });

  it('B11.3 is left, and its members are thrown out, of one group or of all', async ({
    call,
    groupsOf,
    membersOf,
  }) => {
    await call('/entrust/group/create.json', { ...team, userIds: 'bob,carol,dave' });
    await call('/entrust/group/create.json', { ...team, groupId: 'other', userIds: 'dave' });
    await call('/entrust/group/quit.json', { groupId: 'team', userIds: 'bob', isDelBan: '0' });
    await call('/entrust/group/member/kick.json', { groupId: 'team', userIds: ['carol', 'nobody'] });
    expect(await membersOf('team')).toEqual(['ann', 'dave']);
    expect(await call('/entrust/group/member/kick/all.json', { userId: 'dave' })).toEqual(ok);
    expect(await groupsOf('dave')).toEqual({});
    expect(await call('/entrust/group/dismiss.json', { groupId: 'team' })).toEqual(ok);
    expect([await membersOf('team'), await groupsOf('ann')]).toEqual([[], { other: 'Team' }]);
  });

  it('B11.3 gets another owner, who is a member then, and the former one may leave', async ({
    call,
    membersOf,
  }) => {
    const ownerOf = async () => {
      const { profiles } = await call('/entrust/group/profile/query.json', { groupIds: 'team' });
      return (profiles as { owner: string }[])[0]!.owner;
    };
    await call('/entrust/group/create.json', { ...team, userIds: 'bob' });
    await call('/entrust/group/transfer/owner.json', { groupId: 'team', newOwner: 'carol' });
    expect([await ownerOf(), await membersOf('team')]).toEqual(['carol', ['ann', 'bob', 'carol']]);
    await call('/entrust/group/transfer/owner.json', { groupId: 'team', newOwner: 'bob', isQuit: '1' });
    expect([await ownerOf(), await membersOf('team')]).toEqual(['bob', ['ann', 'bob']]);
    expect(await call('/entrust/group/transfer/owner.json', { groupId: 'none', newOwner: 'bob' })).toEqual(
      ok,
    );
  });

  it('B11.3 lists its members by their joining and their role, in pages', async ({ call, simulator }) => {
    const { clock } = simulator.app();
    clock.freeze(start);
    await call('/entrust/group/create.json', { ...team, userIds: 'bob' });
    await clock.advance(1000);
    await call('/entrust/group/join.json', { groupId: 'team', userIds: 'carol' });
    const query = (fields: FormFields = {}) =>
      call('/entrust/group/member/query.json', { groupId: 'team', ...fields });
    const member = (userId: string, role: number, time: number) => {
      return { userId, nickname: '', role, time, extra: '' };
    };
    const [ann, bob] = [member('ann', 3, start), member('bob', 1, start)];
    const carol = member('carol', 1, start + 1000);
    expect(await query()).toEqual({ code: 200, totalCount: 3, members: [carol, bob, ann] });
    expect(await query({ type: '0', order: '0' })).toMatchObject({ members: [ann, bob, carol] });
    expect(await query({ type: '3' })).toEqual({ code: 200, totalCount: 1, members: [ann] });
    expect(await query({ type: '2' })).toEqual({ code: 200, totalCount: 0, members: [] });
    const first = await query({ type: '1', size: '1' });
    expect(first).toEqual({ code: 200, totalCount: 2, members: [carol], pageToken: expect.any(String) });
    expect(await query({ type: '1', size: '1', pageToken: String(first.pageToken) })).toEqual({
      code: 200,
      totalCount: 2,
      members: [bob],
    });
    expect(await query({ size: '101' })).toMatchObject({ code: 1002 });
  });

  it('B11.3 lists its members by their joining, though the clock was set back', async ({
    call,
    simulator,
  }) => {
    const { clock } = simulator.app();
    clock.freeze(start);
    await call('/entrust/group/create.json', team);
    clock.freeze(start - 1000);
    await call('/entrust/group/join.json', { groupId: 'team', userIds: 'bob' });
    const { members } = await call('/entrust/group/member/query.json', { groupId: 'team' });
    expect(members).toMatchObject([{ userId: 'ann' }, { userId: 'bob' }]);
  });

  it('B11.3 is among the groups that a user has joined, with role and time, in pages', async ({
    call,
    simulator,
  }) => {
    const { clock } = simulator.app();
    clock.freeze(start);
    await call('/entrust/group/create.json', { ...team, userIds: 'bob' });
    await clock.advance(1000);
    await call('/entrust/group/create.json', { groupId: 'own', name: 'Own', owner: 'bob' });
    const query = (fields: FormFields = {}) =>
      call('/entrust/joined/group/query.json', { userId: 'bob', ...fields });
    const shared = { remarkName: '', groupProfile: '{}', permissions: '{}', groupExtProfile: '{}' };
    const own = {
      ...shared,
      groupId: 'own',
      name: 'Own',
      owner: 'bob',
      createTime: start + 1000,
      joinTime: start + 1000,
      role: 3,
      count: 1,
    };
    const joined = {
      ...shared,
      ...team,
      createTime: start,
      joinTime: start,
      role: 1,
      count: 2,
    };
    expect(await query()).toEqual({ code: 200, totalCount: 2, groups: [own, joined] });
    expect(await query({ role: '1' })).toEqual({ code: 200, totalCount: 1, groups: [joined] });
    const first = await query({ size: '1', order: '0' });
    expect(first).toEqual({ code: 200, totalCount: 2, groups: [joined], pageToken: expect.any(String) });
    expect(await query({ size: '1', order: '0', pageToken: String(first.pageToken) })).toMatchObject({
      groups: [own],
    });
  });

  const tooMany = [
    ['create', 'userIds', 30],
    ['join', 'userIds', 100],
    ['quit', 'userIds', 100],
    ['member/kick', 'userIds', 100],
    ['profile/query', 'groupIds', 50],
  ] as const;

  it.for(tooMany)('B11.3 %s takes no more %s than %i', async ([path, name, most], { call }) => {
    const ids = Array.from({ length: most + 1 }, (_, index) => `id-${index}`);
    const post = (value: string | string[]) =>
      call(`/entrust/group/${path}.json`, { ...team, [name]: value });
    expect(await post(ids.slice(1).join())).toMatchObject(ok);
    expect(await post(ids.slice(1))).toMatchObject(ok);
    const errorMessage = `the number of ${name} should less than ${most}.`;
    for (const value of [ids, ids.join()])
      expect(await post(value)).toMatchObject({ code: 1002, errorMessage });
  });
});

it('B11.3 the groups of a user come in numbered pages', async ({ call }) => {
  const fields = Object.fromEntries(['a', 'b', 'c'].map((id) => [`group[${id}]`, `Group ${id}`]));
  await call('/group/sync.json', { userId: 'bob', ...fields });
  const row = (id: string) => ({ name: `Group ${id}`, id });
  expect(await call('/user/group/query.json', { userId: 'bob', page: '2', size: '2' })).toEqual({
    code: 200,
    groups: [row('c')],
  });
});

describe('with calls accepted that are not simulated', () => {
  it.override('options', { acceptUnsimulated: true });

  it('B11.4 neither a muted sender nor a banned group is in the way of a server call', async ({
    call,
    connect,
  }) => {
    const bob = await connect('bob');
    await call('/group/create.json', { groupId: 'team', userId: ['alice', 'bob'] });
    for (const path of ['/group/ban/add.json', '/group/user/gag/add.json']) {
      expect(await call(path, { groupId: 'team', userId: 'alice', minute: '10' })).toEqual(ok);
    }
    const message = { fromUserId: 'alice', toGroupId: 'team', objectName: 'app:mood', content: 'hi' };
    expect(await call('/statusmessage/group/publish.json', message)).toMatchObject(ok);
    await expect(bob.next()).resolves.toMatchObject({ groupId: 'team' });
  });
});

it('B11.5 a message to a group that there is none of is answered as any other, with a hint where one sees', async ({
  call,
  postJson,
  simulator,
}) => {
  const hints: (string[] | undefined)[] = [];
  simulator.on('publish', (event) => hints.push(event.hints));
  await call('/group/create.json', { groupId: 'left', userId: 'bob', groupName: 'Left' });
  await call('/group/quit.json', { groupId: 'left', userId: 'bob' });
  const message = { fromUserId: 'alice', objectName: 'app:mood', content: 'hi' };
  const fields = { ...message, toGroupId: ['no "such" one', 'left'] };
  expect(await call('/statusmessage/group/publish.json', fields)).toEqual({
    code: 200,
    messageUIDs: [{ groupId: 'no "such" one', messageUID: expect.any(String) }, expect.anything()],
  });
  const hint = ['There is no group "no \\"such\\" one".'];
  expect(hints).toEqual([hint, undefined]);
  for (const path of ['/sim/explain', '/sim/publish']) {
    const { body } = await postJson(path, fields);
    const { groups } = body as unknown as { groups: object[] };
    expect(groups).toEqual([
      expect.objectContaining({ hints: hint }),
      expect.not.objectContaining({ hints: hint }),
    ]);
  }
});
