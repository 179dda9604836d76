import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { Chance } from '../../client-sim/swarm/chance.ts';
import { pace } from '../../client-sim/swarm/pace.ts';
import { timeLimit } from '../../client-sim/time-limit.ts';
import { writeFields } from '../../server/gateway/imlib/protobuf.ts';

/** What is done to the server: `strike`, so many times a second. What it holds open is bounded. */
interface Attack {
  readonly perSecond: number;
  strike(camp: Camp): unknown;
}

/** The App-Keys that attackers use; all others that the server knows of afterwards it has made for who only looked. */
const ownKeys = ['slow', 'pings', 'random', 'clock', 'deep'].map((name) => `siege-${name}`);
const [slowKey, pingsKey, randomKey, clockKey, deepKey] = ownKeys as [string, string, string, string, string];

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const json = { 'Content-Type': 'application/json' };
const mood = { fromUserId: 'mallory', objectName: 'app:mood' };
const kib = (count: number) => 'x'.repeat(count * 1024);

/** Both ends of what an app's clock may show, and of what a web client's frame can say. */
const endsOfTime = [0, 1, 4_294_967_295_999, 4_294_967_296_000, 8_640_000_000_000_000];

export const attacks: Readonly<Record<string, Attack>> = {
  'pings without reading': {
    perSecond: 10,
    strike(camp) {
      const sockets = camp.keep('pings', 4, (index) =>
        camp.dial(`/connect?appKey=${pingsKey}&userId=${index}`),
      );
      for (const socket of sockets) {
        if (socket.readyState !== WebSocket.OPEN) continue;
        socket.pause();
        for (let count = 0; count < 200 && socket.bufferedAmount < 1e6; count++)
          socket.ping(kib(1).slice(0, 125));
      }
    },
  },
  'slow readers': {
    perSecond: 10,
    async strike(camp) {
      const users = Array.from({ length: 10 }, (_, index) => `slow-${index}`);
      const sockets = camp.keep('slow', users.length, (index) => {
        return camp.dial(`/connect?appKey=${slowKey}&userId=${users[index]}`);
      });
      for (const socket of sockets) {
        if (socket.readyState !== WebSocket.OPEN) continue;
        if (camp.chance.below(50) === 0) socket.resume();
        else socket.pause();
      }
      await camp.post(`/sim/publish?appKey=${slowKey}`, { ...mood, toUserId: users, content: kib(64) });
    },
  },
  'slow-loris': {
    perSecond: 10,
    strike(camp) {
      const begin = [
        'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ',
        'POST /sim/publish HTTP/1.1\r\nHost: localhost\r\n',
      ];
      const upgrade =
        'GET /connect?userId=a HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: web';
      const body = `${begin[1]}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`;
      const heads = [begin[0]!, begin[1]!, body, upgrade];
      const sockets = camp.keep('loris', 100, (index) => camp.plain(heads[index % heads.length]!));
      for (const socket of sockets) if (camp.chance.below(10) === 0) socket.write('a');
    },
  },
  'deep JSON': {
    perSecond: 2,
    async strike(camp) {
      const deep = '['.repeat(400_000) + ']'.repeat(400_000);
      const bodies = [deep, `{"toUserId":${deep}}`, '{"a":'.repeat(100_000)];
      const paths = [
        '/sim/publish',
        '/sim/explain',
        '/sim/faults',
        '/sim/clock',
        '/sim/clients',
        '/sim/expect',
      ];
      const path = camp.chance.pick(paths);
      await camp.send(
        path === '/sim/faults' ? 'PUT' : 'POST',
        `${path}?appKey=${deepKey}`,
        json,
        camp.chance.pick(bodies),
      );
      const socket = camp.dial(`/connect?appKey=${deepKey}&userId=deep`);
      socket.once('open', () => {
        socket.send(deep);
        socket.send(`{"type":"publish","id":"1","toUserId":${deep}}`);
        socket.close();
      });
    },
  },
  'oversize bodies and frames': {
    perSecond: 2,
    async strike(camp) {
      const path = camp.chance.pick([
        '/sim/publish',
        '/statusmessage/private/publish.json',
        '/user/getToken.json',
      ]);
      const isForm = path.endsWith('.json');
      const body = isForm ? `fromUserId=${kib(3000)}` : JSON.stringify({ content: kib(3000) });
      await camp.send('POST', path, isForm ? form : json, body);
      await camp.send('GET', '/healthz', { 'X-Large': kib(32) });
      const socket = camp.dial(`/connect?appKey=${deepKey}&userId=large`);
      socket.once('open', () => socket.send(kib(2000)));
    },
  },
  'random frames on both paths': {
    perSecond: 10,
    async strike(camp) {
      const own = camp.keep('random', 4, (index) =>
        camp.dial(`/connect?appKey=${randomKey}&userId=${index}`),
      );
      const token = await camp.token(randomKey);
      const web = camp.keep('random web', 4, () => camp.dialWeb(randomKey, token));
      for (const socket of [...own, ...web]) {
        if (socket.readyState === WebSocket.OPEN) socket.send(...randomFrame(camp.chance));
      }
    },
  },
  'foreign origins': {
    perSecond: 10,
    async strike(camp) {
      const foreign: OutgoingHttpHeaders = camp.chance.pick([
        { Origin: 'http://evil.example' },
        { Origin: 'null' },
        { Host: 'evil.example' },
        { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
      ]);
      const key = randomBytes(6).toString('hex');
      const { status } = await camp.send('POST', `/sim/publish?appKey=${key}`, { ...foreign, ...json }, '{}');
      if (status > 0 && status < 400)
        camp.breaches.add(`${JSON.stringify(foreign)} was answered with ${status}.`);
      const socket = camp.dial(`/connect?appKey=${key}&userId=evil`, foreign);
      socket.once('open', () => camp.breaches.add(`${JSON.stringify(foreign)} has opened a WebSocket.`));
    },
  },
  'looking without end': {
    perSecond: 50,
    async strike(camp) {
      const key = randomBytes(6).toString('hex');
      const paths = [
        'presence',
        'presence/bob',
        'faults',
        'clients',
        'clock',
        'signature',
        'apps',
        'clients/1/inbox',
      ];
      await camp.send('GET', `/sim/${camp.chance.pick(paths)}?appKey=${key}`);
      if (camp.chance.below(5) > 0) return;
      const trace = camp.plain(`GET /sim/trace?appKey=${key} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      trace.once('data', () => trace.destroy());
      camp.keep('trace', 20, () => {
        return camp.plain(`GET /sim/trace?appKey=${slowKey} HTTP/1.1\r\nHost: localhost\r\n\r\n`).pause();
      });
    },
  },
  'clocks at their ends': {
    perSecond: 2,
    async strike(camp) {
      const clock = (body: object) => camp.post(`/sim/clock?appKey=${clockKey}`, body);
      await clock({ action: 'freeze', at: camp.chance.pick(endsOfTime) });
      const token = await camp.token(clockKey);
      const own = camp.dial(`/connect?appKey=${clockKey}&userId=web`);
      const web = camp.dialWeb(clockKey, token);
      web.on('message', () => web.send(pullMessages));
      await camp.post(`/sim/publish?appKey=${clockKey}`, {
        ...mood,
        toUserId: ['web', 'bob'],
        content: 'late',
      });
      await clock({ action: 'advance', ms: camp.chance.pick([0, 1, 86_400_000]) });
      await clock({ action: 'next' });
      await clock({ action: 'resume' });
      await camp.post(`/sim/publish?appKey=${clockKey}`, {
        ...mood,
        toUserId: ['web', 'bob'],
        content: 'later',
      });
      await camp.post(`/sim/reset?appKey=${clockKey}`, {});
      own.close();
    },
  },
};

/** The query by which a web client asks for what it has missed: its answer has the app's time. */
const pullMessages = Buffer.concat([
  Buffer.from([0x52, 0, 7]),
  Buffer.from('pullMsg'),
  Buffer.from([0, 3]),
  Buffer.from('web'),
  Buffer.from([0, 1]),
  writeFields([1, 0], [2, 1]),
]);

const words = [
  'type',
  'id',
  'publish',
  'sync',
  'subscribe',
  'userIds',
  'toUserId',
  'content',
  '__proto__',
  '0',
  '',
];

/** Any bytes, or JSON of words that mean something here; as text, or as binary. */
function randomFrame(chance: Chance): [Buffer, { binary: boolean }] {
  const value = (): unknown =>
    chance.pick([
      null,
      chance.next(),
      chance.pick(words),
      [chance.pick(words)],
      { [chance.pick(words)]: chance.pick(words) },
    ]);
  const fields = Object.fromEntries(
    Array.from({ length: chance.below(6) }, () => [chance.pick(words), value()]),
  );
  const bytes = Buffer.from(Array.from({ length: chance.below(200) }, () => chance.below(256)));
  const command = Buffer.from([chance.pick([0x10, 0x30, 0x32, 0x52, 0xc0, 0xe0, 0x42])]);
  const frame = chance.pick([
    bytes,
    Buffer.from(JSON.stringify(fields)),
    Buffer.concat([command, bytes]),
    pullMessages,
  ]);
  return [frame, { binary: chance.below(2) === 0 }];
}

/** Whatever takes longer is given up. */
const patienceMs = 10_000;
/** Strikes of one attack that are under way at a time, beyond which it waits: a busy machine is no besieged one. */
const mostUnderWay = 5;

/** Where the attacks come from. */
export class Camp {
  readonly chance = new Chance('siege');
  /** What should not have been possible. */
  readonly breaches = new Set<string>();
  /** How often each attack has struck. */
  readonly strikes = new Map<string, number>();
  readonly #url: URL;
  readonly #kept = new Map<string, (WebSocket | Socket)[]>();
  readonly #open = new Set<WebSocket | Socket>();
  readonly #tokens = new Map<string, string>();
  #callOff: (() => void)[] = [];
  readonly #underWay = new Map<string, number>();

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** @param names of the attacks; all unless told */
  begin(names = Object.keys(attacks)): void {
    const chosen = Object.entries(attacks).filter(([name]) => names.includes(name));
    this.#callOff = chosen.map(([name, attack]) => {
      this.strikes.set(name, 0);
      return pace(attack.perSecond, () => void this.#strike(name, attack));
    });
  }

  /** Ends all of it; resolves when nothing of it is under way any more. */
  async end(): Promise<void> {
    for (const callOff of this.#callOff) callOff();
    while ([...this.#underWay.values()].some((count) => count > 0))
      await new Promise<void>((resolve) => timeLimit(50, resolve));
    for (const socket of this.#open) hangUp(socket);
    const { body } = await this.send('GET', '/sim/apps');
    const keys: string[] = JSON.parse(body).apps.map(({ appKey }: { appKey: string }) => appKey);
    const strangers = keys.filter((key) => key !== 'default' && !ownKeys.includes(key));
    if (strangers.length > 0)
      this.breaches.add(`Who only looked, or was refused, has made ${strangers.length} apps.`);
  }

  /** As many connections of this kind as there may be; those that have ended are replaced. */
  keep<S extends WebSocket | Socket>(kind: string, count: number, open: (index: number) => S): S[] {
    const former = this.#kept.get(kind) ?? [];
    const kept = Array.from({ length: count }, (_, index) => {
      const socket = former[index];
      return socket !== undefined && this.#open.has(socket) ? socket : open(index);
    });
    this.#kept.set(kind, kept);
    return kept as S[];
  }

  dial(path: string, headers: OutgoingHttpHeaders = {}): WebSocket {
    const address = new URL(path, this.#url).href.replace('http', 'ws');
    const socket = new WebSocket(address, {
      headers: headers as Record<string, string>,
      perMessageDeflate: false,
    });
    this.#hold(socket);
    socket.on('error', () => {}); // the close that follows tells
    timeLimit(patienceMs * 3, () => hangUp(socket));
    return socket;
  }

  /** As RongCloud's own web client does. */
  dialWeb(appId: string, token: string): WebSocket {
    return this.dial(`/websocket?${new URLSearchParams({ appId, token, protocolVer: '3' })}`);
  }

  /** Bytes over TCP, as they are. */
  plain(bytes: string): Socket {
    const socket = connect(Number(this.#url.port), this.#url.hostname, () => socket.write(bytes));
    this.#hold(socket);
    socket.on('error', () => {});
    timeLimit(patienceMs * 3, () => hangUp(socket));
    return socket;
  }

  async token(appKey: string): Promise<string> {
    const known = this.#tokens.get(appKey);
    if (known !== undefined) return known;
    const { body } = await this.send(
      'POST',
      '/user/getToken.json',
      { ...form, 'App-Key': appKey },
      'userId=web',
    );
    const { token } = JSON.parse(body);
    this.#tokens.set(appKey, token);
    return token;
  }

  post(path: string, body: object) {
    return this.send('POST', path, json, JSON.stringify(body));
  }

  /** Status 0 when there was no answer. */
  send(method: string, path: string, headers: OutgoingHttpHeaders = {}, body = '') {
    return new Promise<{ status: number; body: string }>((resolve) => {
      const nothing = () => resolve({ status: 0, body: '{}' });
      const { hostname, port } = this.#url;
      const sending = request({ hostname, port, path, method, headers, agent: false });
      const callOff = timeLimit(patienceMs, () => sending.destroy());
      sending.on('error', nothing); // a server that refuses a body may stop reading it
      sending.on('response', (response: IncomingMessage) => {
        text(response).then((answer) => resolve({ status: response.statusCode!, body: answer }), nothing);
      });
      sending.on('close', callOff);
      sending.end(body);
    });
  }

  async #strike(name: string, { strike }: Attack): Promise<void> {
    const underWay = this.#underWay.get(name) ?? 0;
    if (underWay >= mostUnderWay) return;
    this.#underWay.set(name, underWay + 1);
    this.strikes.set(name, this.strikes.get(name)! + 1);
    try {
      await strike(this);
    } catch {
      // an attack that fails has done no harm
    } finally {
      this.#underWay.set(name, this.#underWay.get(name)! - 1);
    }
  }

  #hold(socket: WebSocket | Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
  }
}

function hangUp(socket: WebSocket | Socket): void {
  if ('terminate' in socket) socket.terminate();
  else socket.destroy();
}
