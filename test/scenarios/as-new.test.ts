import { expect, it, onTestFinished } from 'vitest';
import { connectClient, type SimClient } from '../../client-sim/index.ts';
import { type SimulatorOptions, startSimulator } from '../../server/index.ts';
import { form, formType, publishPath } from '../fixtures/simulator.ts';
import { Receiver } from '../webhook/receiver.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const limits = { recipientsPerMinute: 100, groupsPerSecond: 2, broadcastsPerMinute: 1, upstreamPerSecond: 2 };
const mood = { fromUserId: 'alice', objectName: 'app:mood', content: 'fine' };
const typing = { ...mood, objectName: 'RC:TypSts', content: '{"typingContentType":"RC:TxtMsg"}' };
const many = (count: number) => Array.from({ length: count }, (_, index) => `user ${index}`);

/** One app, with its webhook, and what a test does to it; what can be seen of all that is noted. */
async function scene(options: SimulatorOptions = {}) {
  const receiver = await Receiver.start();
  const simulator = await startSimulator({
    seed: 'as new',
    ...limits,
    publicUrl: 'http://sim.test', // tokens name it; a port would differ
    webhooks: [{ url: receiver.url }],
    ...options,
  });
  onTestFinished(async () => {
    await simulator.close();
    await receiver.close();
  });
  let sessionEvents = 0;
  simulator.on('session', () => sessionEvents++);
  const clients = new Map<string, SimClient>();
  const call = async (method: string, path: string, body?: object): Promise<string> => {
    const isForm = path.endsWith('.json');
    const headers = { 'Content-Type': isForm ? formType : 'application/json' };
    const text = isForm ? form(body as Record<string, string>) : JSON.stringify(body);
    const answer = await fetch(simulator.url + path, {
      method,
      ...(body === undefined ? {} : { headers, body: text }),
    });
    return `${answer.status} ${answer.headers.get('Retry-After')} ${await answer.text()}`;
  };
  return {
    simulator,
    receiver,
    call,
    async connect(userId: string, platform?: 'ios' | 'web') {
      const client = await connectClient(simulator.wsUrl, {
        userId,
        ...(platform === undefined ? {} : { platform }),
      });
      clients.set(userId, client);
      return client.sessionId;
    },
    /** What the webhook has been told: all that there was to tell. */
    told: () => receiver.received(sessionEvents),
    client: (userId: string) => clients.get(userId)!,
    times: async (count: number, ...what: Parameters<typeof call>) => {
      const answers: string[] = [];
      for (let times = 0; times < count; times++) answers.push(await call(...what));
      return answers;
    },
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;
type Entry = (scene: Scene) => unknown;

const get =
  (path: string): Entry =>
  ({ call }) =>
    call('GET', path);
const post =
  (path: string, body: object = {}): Entry =>
  ({ call }) =>
    call('POST', path, body);
const put =
  (fault: object): Entry =>
  ({ call }) =>
    call('PUT', '/sim/faults', fault);
const remove =
  (path: string): Entry =>
  ({ call }) =>
    call('DELETE', path);
const clock = (action: string, more = {}) => post('/sim/clock', { action, ...more });
/** The inbox of a hosted client, after a barrier. */
const inbox =
  (id: string): Entry =>
  async ({ call }) => [
    await call('POST', `/sim/clients/${id}/settle`, {}),
    await call('GET', `/sim/clients/${id}/inbox`),
  ];

/** 76 entries: what a test may do to an app, or ask it. */
const script: Entry[] = [
  async ({ call }) => {
    const { now, frozen } = JSON.parse((await call('GET', '/sim/clock')).slice('200 null '.length));
    return [frozen, Math.abs(now - Date.now()) < 60_000];
  },
  clock('freeze', { at: noon }),
  get('/sim/clock'),
  get('/sim/presence'),
  get('/sim/faults'),
  get('/sim/clients'),
  post('/sim/clients', { userId: 'bob', platform: 'ios' }),
  post('/sim/clients', { userId: 'carol' }),
  get('/sim/clients'),
  post('/sim/clients', { userId: 'bob', platform: 'android' }),
  get('/sim/presence/bob'),
  get('/sim/clients/1/inbox'),
  ({ connect }) => connect('dave'),
  ({ connect }) => connect('erin', 'web'),
  get('/sim/presence'),
  post('/sim/publish', { ...mood, toUserId: ['bob', 'carol', 'zoe'], isIncludeSender: 1 }),
  post(publishPath, { ...typing, toUserId: ['bob', 'dave'], isIncludeSender: '1' }),
  post(publishPath, { ...typing, toUserId: 'bob', objectName: 'RC:None' }),
  post('/sim/explain', { ...mood, toUserId: ['bob', 'zoe'] }),
  post('/group/create.json', { groupId: 'team', userId: ['bob', 'carol'] }),
  post('/group/join.json', { groupId: 'team', userId: 'dave' }),
  post('/group/user/query.json', { groupId: 'team' }),
  post('/statusmessage/group/publish.json', { ...mood, toGroupId: 'team' }),
  post('/sim/publish', { ...mood, toGroupId: ['team'] }),
  post('/sim/publish', { ...mood, toGroupId: ['team'] }),
  post('/group/quit.json', { groupId: 'team', userId: 'carol' }),
  post('/group/dismiss.json', { groupId: 'team', userId: 'dave' }),
  post('/group/user/query.json', { groupId: 'team' }),
  post('/user/blacklist/add.json', { userId: 'bob', blackUserId: ['alice', 'mallory'] }),
  post('/user/blacklist/query.json', { userId: 'bob' }),
  post('/sim/publish', { ...mood, toUserId: ['bob', 'erin'], verifyBlacklist: 1 }),
  post('/user/blacklist/remove.json', { userId: 'bob', blackUserId: 'alice' }),
  post('/sim/publish', { ...mood, toUserId: ['bob', 'erin'], verifyBlacklist: 1 }),
  post('/message/online/broadcast.json', mood),
  post('/message/online/broadcast.json', mood),
  post('/user/getToken.json', { userId: 'frank' }),
  post('/user/checkOnline.json', { userId: 'bob' }),
  post('/user/checkOnline.json', { userId: 'zoe' }),
  post('/sim/settle'),
  inbox('2'),
  post('/sim/expect', { client: '3', received: true, match: { fromUserId: 'alice' } }),
  post('/sim/expect', { userId: 'carol', receivedNothing: true }),
  post('/sim/clients/3/publish', { ...mood, toUserId: ['carol', 'dave'] }),
  async ({ client }) => client('dave').publish({ toUserId: ['bob'], objectName: 'app:mood', content: 'up' }),
  put({ fault: 'drop-next', userId: 'bob', count: 2 }),
  post('/sim/publish', { ...mood, toUserId: ['bob', 'dave'] }),
  get('/sim/faults'),
  put({ fault: 'delay', userId: 'carol', delayMs: 500 }),
  post('/sim/publish', { ...mood, toUserId: ['carol', 'erin'] }),
  get('/sim/clock'),
  clock('advance', { ms: 500 }),
  inbox('2'),
  put({ fault: 'refuse-publish', code: 1000, probability: 0.5 }),
  ({ times }) => times(12, 'POST', '/sim/publish', { ...mood, toUserId: 'bob' }),
  remove('/sim/faults'),
  put({ fault: 'hold-arrival', userId: 'bob' }),
  post('/sim/publish', { ...mood, toUserId: 'bob' }),
  post('/sim/release'),
  put({ fault: 'disconnect-at', userId: 'carol', recipient: 2 }),
  post('/sim/publish', { ...mood, toUserId: ['dave', 'carol'] }),
  async ({ simulator, client }) => {
    simulator.app().faults.set({ fault: 'half-open', userId: 'dave' });
    return client('dave').received.length;
  },
  clock('advance', { ms: 60_000 }),
  async ({ client }) => client('dave').closed,
  get('/sim/presence'),
  remove('/sim/sessions/bob'),
  get('/sim/clients'),
  remove('/sim/clients/1'),
  post('/sim/publish', { ...mood, toUserId: many(101) }),
  clock('advance', { ms: 59_999 }),
  post('/sim/publish', { ...mood, toUserId: many(100) }),
  clock('advance', { ms: 1 }),
  post('/sim/publish', { ...mood, toUserId: many(1) }),
  clock('next'),
  get('/sim/clients/4/inbox'),
  get('/metrics/none'),
  post('/sim/settle'),
];

/** All that the script brings to light, line by line: answers, frames, events, and what came to the webhook. */
async function runScript(scene: Scene): Promise<string[]> {
  const events: unknown[] = [];
  const { simulator, told, client } = scene;
  const before = (await told()).length;
  const unlisten = simulator.app().listen((event) => events.push(event));
  const answers: unknown[] = [];
  for (const entry of script) answers.push(await entry(scene));
  unlisten();
  const statuses = (await told()).slice(before);
  const frames = ['dave', 'erin'].map((userId) => [...client(userId).received]);
  const lines = [...answers, ...frames.flat(), ...events, ...statuses].map((each) => JSON.stringify(each));
  return lines.map((line) => line.replace(/127\.0\.0\.1:\d+/g, 'HOST')); // ports are the machine's
}

/** A life that leaves as much behind as it can. */
async function liveWildly({ call, times, connect, receiver, told }: Scene): Promise<void> {
  await call('POST', '/sim/clock', { action: 'freeze', at: noon + 365 * 24 * 3600_000 });
  await call('POST', '/sim/publish', { ...mood, toUserId: many(101) }); // refused, as the first
  for (const userId of ['bob', 'bob', 'carol']) await call('POST', '/sim/clients', { userId });
  await connect('dave', 'ios');
  await connect('alice');
  await told();
  await times(3, 'POST', '/sim/publish', { ...mood, toUserId: many(99) });
  await times(2, 'POST', '/message/online/broadcast.json', mood);
  await call('POST', '/group/create.json', { groupId: 'team', userId: ['bob', 'zoe'] });
  await times(3, 'POST', '/sim/publish', { ...mood, toGroupId: ['team'] });
  await call('POST', '/user/blacklist/add.json', { userId: 'carol', blackUserId: 'alice' });
  const faults = [
    { fault: 'refuse-publish', code: 1000, probability: 0.3, userId: 'mallory' },
    { fault: 'delay', userId: 'bob', delayMs: 60_000 },
    { fault: 'hold-arrival', userId: 'dave' },
    { fault: 'drop-next', userId: 'carol', count: 9 },
    { fault: 'lose-response', userId: 'mallory', count: 9 },
    { fault: 'freeze', userId: 'alice' },
    { fault: 'hold-publish', userId: 'eve' },
  ];
  for (const fault of faults) await call('PUT', '/sim/faults', fault);
  await call('POST', '/sim/publish', { ...mood, toUserId: ['bob', 'dave', 'carol'] });
  // The last that its webhook hears of it is refused once, and waits for its time a year ahead.
  receiver.failures.push(500);
  const refused = receiver.delivery();
  await connect('frank');
  await refused;
}

/** The place of the first difference. */
const difference = (one: string[], other: string[]) =>
  one.flatMap((line, index) => (line === other[index] ? [] : [[index, line, other[index]]])).slice(0, 1);

it('B6.9 a reset app differs in nothing from a fresh one with the same seed', async () => {
  expect(script).toHaveLength(76);
  const fresh = await scene();
  const reset = await scene();
  await liveWildly(reset);
  expect(await reset.call('POST', '/sim/reset')).toBe('200 null {"code":200}');
  const [one, other] = [await runScript(fresh), await runScript(reset)];
  expect(difference(one, other)).toEqual([]);
  expect(other).toHaveLength(one.length);
});
