import { expect } from 'vitest';
import { it } from '../fixtures/simulator.ts';

it('B11.2 an empty name leaves the name of a group, and one without a name gets the first', async ({
  postForm,
}) => {
  await postForm('/group/sync.json', { userId: 'bob', 'group[named]': 'Named', 'group[bare]': '' });
  await postForm('/group/sync.json', { userId: 'bob', 'group[named]': '', 'group[bare]': '' });
  await postForm('/group/join.json', { groupId: 'bare', userId: 'carol', groupName: 'First' });
  const { body } = await postForm('/user/group/query.json', { userId: 'bob' });
  expect(body).toEqual({
    code: 200,
    groups: [
      { id: 'named', name: 'Named' },
      { id: 'bare', name: 'First' },
    ],
  });
});
