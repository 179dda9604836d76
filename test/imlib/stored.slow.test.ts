import { expect } from 'vitest';
import type { PublishEvent } from '../../server/index.ts';
import { nodeHost } from './node-client.ts';
import { webTest } from './web-client-suite.ts';

const it = webTest(nodeHost('5.38.0')).extend('options', { stored: 'online' });

// Users of no other test: the client keeps its unread numbers.
const toBoth = { fromUserId: 'bot', toUserId: ['dora', 'emil'] };
const typing = { ...toBoth, objectName: 'RC:TypSts', content: '{"typingContentType":"RC:TxtMsg"}' };
const answer = { ...toBoth, objectName: 'RC:TxtMsg', content: '{"content":"forty-two"}' };
const later = 'the service would keep this and deliver it later';

it("C5 B13.3 a bot types and answers: RongCloud's client shows both, and who is offline gets neither", async ({
  simulator,
  openWeb,
  publish,
  postForm,
}) => {
  const reports: PublishEvent[] = [];
  simulator.on('publish', (event) => reports.push(event));
  const dora = await openWeb('dora');
  await publish(typing);
  expect(await dora.next('TYPING_STATUS')).toMatchObject([{ targetId: 'bot', list: [{ userId: 'bot' }] }]);
  const { body } = await postForm('/message/private/publish.json', answer);
  const { messageUID: messageUId } = body.messageUIDs[0]!;
  const shown = { targetId: 'bot', messageUId, isStatusMessage: false, content: { content: 'forty-two' } };
  expect(await dora.next('MESSAGES')).toMatchObject([shown]);
  expect(await dora.call('unread')).toBe(1);
  expect(await dora.next('TYPING_STATUS')).toMatchObject([{ targetId: 'bot', list: [] }]);

  const emil = await openWeb('emil');
  await publish({ ...typing, toUserId: 'emil' });
  expect(await emil.next('TYPING_STATUS')).toMatchObject([{ targetId: 'bot' }]);
  expect(emil.count('MESSAGES')).toBe(0);
  const notes = reports.map(({ report }) => report.recipients.map(({ note }) => note));
  expect(notes).toEqual([[undefined, undefined], [undefined, later], [undefined]]);
});

it("C7 B13.2 what RongCloud's client sends to be stored is confirmed, and reaches who is online", async ({
  openWeb,
  connect,
  postForm,
}) => {
  await postForm('/group/create.json', { userId: ['alice', 'bob', 'carol'], groupId: 'team' });
  const [alice, bob, carol] = await Promise.all([openWeb('alice'), openWeb('bob'), connect('carol')]);
  const sent = await alice.call('sendText', 1, 'bob', 'hi');
  expect(sent).toMatchObject({ code: 0, data: { messageUId: expect.stringMatching(/^[0-9A-Z-]{19}$/) } });
  expect(await bob.next('MESSAGES')).toMatchObject([{ targetId: 'alice', content: { content: 'hi' } }]);
  await alice.call('sendText', 3, 'team', 'all of you');
  expect(await bob.next('MESSAGES')).toMatchObject([{ targetId: 'team', isStatusMessage: false }]);
  expect(await carol.next()).toMatchObject({ groupId: 'team', fromUserId: 'alice', stored: true });
});
