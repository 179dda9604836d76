import { describe, expect } from 'vitest';
import { it as base } from '../fixtures/raw-session.ts';
import { app, signedHeaders, typing } from '../fixtures/simulator.ts';

/** With a simulator of its own: the figures are those of all its apps. */
const it = base.extend('options', {}).extend('figures', ({ simulator }) => async () => {
  const text = await (await fetch(`${simulator.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space).replace(/^status_sim_/, ''), Number(line.slice(space + 1))];
    }),
  );
});

it('B6.11 a publish is counted by its recipients, deliveries, drops and echoes', async ({
  connect,
  publish,
  figures,
}) => {
  const clients = await Promise.all(['bob', 'bob', 'alice'].map((userId) => connect(userId)));
  await publish({ toUserId: ['bob', 'carol'], isIncludeSender: '1' });
  await Promise.all(clients.map((client) => client.settle()));
  expect(await figures()).toMatchObject({
    'publishes_total{app="",via="rongcloud"}': 1,
    'recipients_total{app=""}': 2,
    'deliveries_total{app=""}': 2,
    'drops_total{app="",reason="offline"}': 1,
    'drops_total{app="",reason="blocked"}': 0,
    'echoes_total{app=""}': 1,
    fan_out_seconds_count: 1,
  });
});

it('B6.11 each way in is told apart', async ({ simulator, connect, postJson, figures }) => {
  const alice = await connect('alice');
  await alice.publish({ ...typing, toUserId: ['bob'] });
  await postJson('/sim/publish', typing);
  simulator.publish(typing);
  expect(await figures()).toMatchObject({
    'publishes_total{app="",via="client"}': 1,
    'publishes_total{app="",via="sim"}': 1,
    'publishes_total{app="",via="embedded"}': 1,
  });
});

it('B6.11 what is only explained is not counted', async ({ postJson, figures }) => {
  await postJson('/sim/explain', typing);
  expect(await figures()).toMatchObject({ 'publishes_total{app="",via="sim"}': 0 });
});

it('B6.11 a group publish counts once for each group', async ({ postForm, figures }) => {
  const { toUserId: _, ...message } = typing;
  await postForm('/statusmessage/group/publish.json', { ...message, toGroupId: ['one', 'two'] });
  expect(await figures()).toMatchObject({ 'publishes_total{app="",via="rongcloud"}': 2 });
});

it('B6.11 open sessions are counted up and down', async ({ simulator, connect, send, figures }) => {
  await Promise.all(['bob', 'bob', 'carol'].map((userId) => connect(userId)));
  const during = await figures();
  await send('/sim/sessions/bob', { method: 'DELETE' });
  const after = await figures();
  const name = 'sessions{app=""}';
  expect([during[name], after[name], simulator.presence('carol').online]).toEqual([3, 1, true]);
});

it('B6.11 a kick is counted, and takes no place', async ({ connect, figures }) => {
  await connect({ userId: 'bob', platform: 'ios' });
  await connect({ userId: 'bob', platform: 'android' });
  expect(await figures()).toMatchObject({ 'kicks_total{app=""}': 1, 'sessions{app=""}': 1 });
});

it('B6.11 refused requests and frames are counted by code', async ({ publish, send, openRaw, figures }) => {
  await publish({ toUserId: undefined });
  await publish({ fromUserId: 'a'.repeat(65) });
  await send('/nowhere');
  const bob = await openRaw('bob');
  bob.send('no JSON');
  await bob.next();
  expect(await figures()).toMatchObject({
    'refused_total{app="",code="404"}': 1,
    'refused_total{app="",code="1002"}': 2,
    'refused_total{app="",code="1005"}': 1,
  });
});

it('B6.11 the delay of the event loop is measured', async ({ figures }) => {
  expect(Object.keys(await figures())).toContain('event_loop_delay_seconds{quantile="0.99"}');
});

it('B6.11 no user, no group, no content and no App-Key of open mode is a label', async ({
  simulator,
  connect,
  postForm,
  publish,
}) => {
  await connect('user-bob');
  const headers = { 'App-Key': 'key-secret' };
  await publish(
    { fromUserId: 'user-alice', toUserId: 'user-bob', content: '{"text":"content-secret"}' },
    headers,
  );
  await postForm('/group/create.json', { userId: 'user-bob', groupId: 'group-secret' });
  await publish({ toUserId: undefined, objectName: 'content-secret' }, { 'App-Key': 'key-refused' });
  const text = await (await fetch(`${simulator.url}/metrics`)).text();
  expect(text).not.toMatch(/user-|content-|key-|group-/);
});

it('B6.11 the metrics come in the text format of Prometheus', async ({ simulator }) => {
  const { headers } = await fetch(`${simulator.url}/metrics`);
  expect(headers.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/);
});

it('B6.11 two simulators count each for itself', async ({ publish, figures }) => {
  const { startSimulator } = await import('../../server/index.ts');
  await using other = await startSimulator();
  other.publish(typing);
  await publish();
  expect(await figures()).toMatchObject({ 'publishes_total{app="",via="embedded"}': 0 });
});

describe('with apps configured', () => {
  it.override('options', { apps: [app, { key: 'app-two', secret: 'two' }] });

  it('B6.11 each app has its figures', async ({ publish, figures }) => {
    await publish({}, signedHeaders(app));
    expect(await figures()).toMatchObject({
      'publishes_total{app="app-one",via="rongcloud"}': 1,
      'publishes_total{app="app-two",via="rongcloud"}': 0,
    });
  });

  it('B6.11 an App-Key that is not configured is no label', async ({ publish, figures }) => {
    await publish({}, { 'App-Key': 'stranger' });
    expect(await figures()).toMatchObject({ 'refused_total{app="",code="1002"}': 1 });
  });
});

describe('/readyz', () => {
  it('B6.11 is 200 while the simulator runs', async ({ send }) => {
    let answer: Awaited<ReturnType<typeof send>>;
    // A machine that is busy may make it say otherwise for a moment.
    do answer = await send('/readyz', { method: 'GET' });
    while (answer.status === 503);
    expect(answer).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  it('B6.11 is 503 while it shuts down', async ({ simulator, openRaw, send }) => {
    const bob = await openRaw('bob');
    bob.socket.pause(); // so that it does not answer the close, for which the simulator waits
    const closed = simulator.close();
    const answer = await send('/readyz', { method: 'GET' });
    bob.socket.terminate();
    await closed;
    expect(answer).toMatchObject({ status: 503, body: { status: 'shutting down' } });
  });
});
