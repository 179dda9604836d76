/** @import { EchoFrame, ServerFrame, StatusFrame } from '../../server/protocol/frames.ts' */

/**
 * What became of a recipient, or of the echo.
 * @typedef {object} Outcome
 * @property {string} outcome
 * @property {string} [userId] None: the echo.
 * @property {string} [messageUID]
 * @property {number} [sessions]
 * @property {string} [reason]
 * @property {number} [backpressure]
 * @property {string} [note]
 */

/**
 * @typedef {object} PublishEvent
 * @property {'publish'} event
 * @property {number} at
 * @property {string} via
 * @property {string} fromUserId
 * @property {string} channelType
 * @property {string} [groupId]
 * @property {string} objectName
 * @property {number} contentBytes
 * @property {{ recipients: Outcome[], echo: Outcome }} report
 * @property {string[]} [hints]
 * @property {readonly string[]} [lost] Whom it only seems to have reached: the page's own knowledge, not the trace's.
 */

/** @typedef {{ event: 'session', userId: string, sessionId: string, platform?: string, state: 'opened' | 'closed', code?: number }} SessionEvent */

/** @typedef {{ sessionId: string, platform?: string, openedAt: number }} Session */

/** @typedef {'off' | 'connecting' | 'online' | 'refused'} Link */

/**
 * What happens, on the trace and on the page.
 * @typedef {PublishEvent | SessionEvent
 *   | { event: 'refused', path: string, code: number, errorMessage: string }
 *   | { event: 'accepted', path: string }
 *   | { event: 'presence', users: { userId: string, sessions: Session[] }[] }
 *   | { event: 'lost' }
 *   | { event: 'webhook', userIds: string[], posted: number, lost: number }
 *   | { event: 'clock', rate: number }
 *   | { event: 'timers', expiryMs: number }
 *   | { event: 'joined' | 'left', userId: string }
 *   | { event: 'device', userId: string, device: string, added: boolean }
 *   | { event: 'link', userId: string, device: string, link: Link, reason?: string }
 *   | { event: 'draft', userId: string, device: string, text: string }
 *   | { event: 'signal', userId: string, device: string }
 *   | { event: 'sent', userId: string, device: string, id: string, text: string, note: string }
 *   | { event: 'frame', userId: string, device: string, frame: ServerFrame }
 *   | { event: 'read', userId: string, device: string }
 *   | { event: 'plug', userId: string, pulled: boolean }
 *   | { event: 'block', userId: string, other: string, blocked: boolean }
 *   | { event: 'faults', faults: Fault[] }
 *   | { event: 'cleared' }
 *   | { event: 'scene', number: number }
 * } SimEvent
 */

/** @typedef {{ fault: string, userId?: string, sessionId?: string, platform?: string, code?: number, count?: number }} Fault */

/** An event, and when it happened; never earlier than the one before. @typedef {SimEvent & { time: number }} Entry */

/** @typedef {{ text: string, fromUserId: string, own: boolean, id?: string, note?: string, detail?: string, objectName?: string, groupId?: string | undefined, echo?: boolean, mark?: boolean, missed?: number, time: number }} Line */

/**
 * @typedef {object} Device
 * @property {Link} link
 * @property {string} reason The simulator's words when it did not let the device in.
 * @property {Line[]} lines What is on the screen, the latest at the end.
 * @property {ReadonlyMap<string, number>} typing Until when somebody is shown as typing.
 * @property {ReadonlyMap<string, number>} ended When somebody last ended their typing: what was sent before is late.
 * @property {ReadonlyMap<string, boolean>} presence Who is online, as far as the device knows.
 * @property {string} draft
 * @property {number} draftedAt When the draft was begun.
 * @property {number} signalAt When the device last sent that its user is typing.
 * @property {number} unread
 * @property {number} missed Status messages since it went offline.
 */

/** @typedef {{ fromUserId: string, objectName: string, time: number }} Ghost A message that somebody missed who was offline. */

/**
 * @typedef {object} Phone
 * @property {string} userId
 * @property {ReadonlyMap<string, Device>} devices
 * @property {Ghost | undefined} ghost
 */

/**
 * @typedef {object} User
 * @property {ReadonlyMap<string, Session>} sessions
 * @property {ReadonlySet<string>} blocks
 * @property {boolean} pulled
 */

/** @typedef {PublishEvent & { time: number, lost: readonly string[] }} Publish */

/**
 * All that the page shows of the app at one instant.
 * @typedef {object} State
 * @property {number} time
 * @property {boolean | undefined} live Whether the simulator answers; undefined before it first has.
 * @property {number} rate Of the app's clock; 0 while it stands still.
 * @property {number} expiryMs
 * @property {ReadonlySet<string>} own The sessions of the page's own devices.
 * @property {ReadonlyMap<string, User>} users All whom the app has seen, but for those over the bound.
 * @property {ReadonlyMap<string, Phone>} phones
 * @property {readonly Fault[]} faults
 * @property {Publish | undefined} last
 * @property {(SimEvent & { event: 'refused' }) | undefined} refusal What was refused after it.
 * @property {number} publishes
 */

const maxUsers = 200;
const maxLines = 50;
const typingType = 'RC:TypSts';

/** Built-in types that end nobody's typing: `typing.js` has the same. */
const signal = /^RC:(TypSts|CmdMsg|ReadNtf|RRReqMsg|RRRspMsg|SRSMsg|RcCmd|PSCmd|VC.*)$/;

/** @type {State} */
export const initial = {
  time: 0,
  live: undefined,
  rate: 1,
  expiryMs: 6000,
  own: new Set(),
  users: new Map(),
  phones: new Map(),
  faults: [],
  last: undefined,
  refusal: undefined,
  publishes: 0,
};

/** @type {User} */
const stranger = { sessions: new Map(), blocks: new Set(), pulled: false };

/** @type {Device} */
const blank = {
  link: 'off',
  reason: '',
  lines: [],
  typing: new Map(),
  ended: new Map(),
  presence: new Map(),
  draft: '',
  draftedAt: 0,
  signalAt: Number.NEGATIVE_INFINITY,
  unread: 0,
  missed: 0,
};

/**
 * The state after one more event. Pure: neither the state nor the event is touched.
 * @param {State} state
 * @param {Entry} entry
 * @returns {State}
 */
export function apply(state, entry) {
  return { ...reduce(state, entry), time: entry.time };
}

/**
 * @param {State} state
 * @param {Entry} entry
 * @returns {State}
 */
function reduce(state, entry) {
  switch (entry.event) {
    case 'publish':
      return publish(state, entry);
    case 'session':
      return session(state, entry);
    case 'refused':
      return { ...state, refusal: entry };
    case 'presence':
      return presence(state, entry.users);
    case 'lost':
      return {
        ...state,
        live: false,
        users: mapValues(state.users, (user) => ({ ...user, sessions: new Map() })),
      };
    case 'clock':
      return { ...state, rate: entry.rate };
    case 'timers':
      return { ...state, expiryMs: entry.expiryMs };
    case 'joined':
      return joined(state, entry.userId);
    case 'left':
      return { ...state, phones: without(state.phones, entry.userId) };
    case 'device':
      return withPhone(state, entry.userId, (phone) => ({
        ...phone,
        devices: entry.added
          ? with_(phone.devices, entry.device, blank)
          : without(phone.devices, entry.device),
      }));
    case 'plug':
      return plug(state, entry);
    case 'block':
      return withUser(state, entry.userId, (user) => ({
        ...user,
        blocks: new Set(
          entry.blocked
            ? [...user.blocks, entry.other]
            : [...user.blocks].filter((other) => other !== entry.other),
        ),
      }));
    case 'faults':
      return faulted({ ...state, faults: entry.faults });
    case 'cleared':
      return {
        ...state,
        last: undefined,
        refusal: undefined,
        phones: mapValues(state.phones, (phone) => ({
          ...phone,
          ghost: undefined,
          devices: mapValues(phone.devices, ({ link, presence }) => ({ ...blank, link, presence })),
        })),
      };
    case 'scene':
    case 'webhook':
    case 'accepted':
      return state;
    default:
      return onDevice(state, entry);
  }
}

/**
 * @param {State} state
 * @param {PublishEvent & { time: number }} entry
 * @returns {State}
 */
function publish(state, entry) {
  const { fromUserId, objectName, time, report } = entry;
  const lost = report.recipients.filter(({ userId = '', sessions }) => sessions && isPulled(state, userId));
  let { phones } = state;
  for (const { userId = '', reason } of report.recipients) {
    const phone = phones.get(userId);
    if (phone && reason === 'offline')
      phones = with_(phones, userId, {
        ...phone,
        ghost: { fromUserId, objectName, time },
        devices: mapValues(phone.devices, passed),
      });
  }
  return {
    ...seen(state, [fromUserId, ...report.recipients.map(({ userId = '' }) => userId)]),
    phones,
    last: { ...entry, lost: lost.map(({ userId = '' }) => userId) },
    refusal: undefined,
    publishes: state.publishes + 1,
  };
}

/** @param {Device} device */
const passed = (device) => (device.link === 'online' ? device : { ...device, missed: device.missed + 1 });

/**
 * Whether what is handed to a user gets nowhere.
 * @param {Pick<State, 'users' | 'faults'>} state
 * @param {string} userId
 */
export function isPulled({ users, faults }, userId) {
  return Boolean(
    users.get(userId)?.pulled ||
      faults.some(
        ({ fault, userId: whom, sessionId, platform }) =>
          fault === 'half-open' && whom === userId && !(sessionId ?? platform),
      ),
  );
}

/**
 * Which of the users on the page have a client elsewhere, too. A session may be known before the device that has opened it is.
 * @param {State} state
 */
export function usersElsewhere({ phones, users, own }) {
  return [...phones.values()]
    .filter(({ userId, devices }) => {
      const others = [...(users.get(userId)?.sessions.keys() ?? [])].filter((id) => !own.has(id));
      const opening = [...devices.values()].filter(({ link }) => link === 'connecting');
      return others.length > opening.length;
    })
    .map(({ userId }) => userId);
}

/**
 * @param {State} state
 * @param {SessionEvent & { time: number }} entry
 */
function session(state, { userId, sessionId, platform, state: step, time }) {
  const own = new Set(state.own);
  if (step === 'closed') own.delete(sessionId);
  const next = withUser({ ...state, own }, userId, (user) => ({
    ...user,
    sessions:
      step === 'opened'
        ? with_(user.sessions, sessionId, { sessionId, openedAt: time, ...(platform ? { platform } : {}) })
        : without(user.sessions, sessionId),
  }));
  return step === 'opened' ? withoutGhost(next, userId) : next;
}

/**
 * @param {State} state
 * @param {string} userId
 */
function withoutGhost(state, userId) {
  return withPhone(state, userId, (phone) => ({ ...phone, ghost: undefined }));
}

/**
 * What the simulator tells at the beginning counts, whatever was known before.
 * @param {State} state
 * @param {{ userId: string, sessions: Session[] }[]} online
 */
function presence(state, online) {
  const users = new Map(mapValues(state.users, (user) => ({ ...user, sessions: new Map() })));
  for (const { userId, sessions } of online.slice(0, maxUsers)) {
    const user = users.get(userId) ?? stranger;
    users.set(userId, { ...user, sessions: new Map(sessions.map((each) => [each.sessionId, each])) });
  }
  return { ...state, live: true, users };
}

/**
 * @param {State} state
 * @param {string} userId
 */
function joined(state, userId) {
  const phone = { userId, devices: new Map([['phone', blank]]), ghost: undefined };
  return { ...seen(state, [userId]), phones: with_(state.phones, userId, phone) };
}

/**
 * @param {State} state
 * @param {{ userId: string, pulled: boolean }} entry
 */
function plug(state, { userId, pulled }) {
  const next = withUser(state, userId, (user) => ({ ...user, pulled }));
  return withPhone(next, userId, (phone) => ({ ...phone, devices: mapValues(phone.devices, unanswered) }));
}

/** Whose plug somebody else has pulled hears no answer either. @param {State} state */
const faulted = (state) => ({
  ...state,
  phones: mapValues(state.phones, (phone) =>
    isPulled(state, phone.userId) ? { ...phone, devices: mapValues(phone.devices, unanswered) } : phone,
  ),
});

/** @param {Device} device */
const unanswered = (device) => ({
  ...device,
  lines: device.lines.map((line) => (line.note === 'sending' ? { ...line, note: 'notKnown' } : line)),
});

/** @typedef {Extract<Entry, { device: string, event: 'link' | 'draft' | 'signal' | 'sent' | 'frame' | 'read' }>} DeviceEntry */

/**
 * @param {State} state
 * @param {DeviceEntry} entry
 */
function onDevice(state, entry) {
  const own = new Set(state.own);
  if (entry.event === 'frame' && entry.frame.type === 'connected') own.add(entry.frame.sessionId);
  return withPhone({ ...state, own }, entry.userId, (phone) => {
    const device = phone.devices.get(entry.device);
    if (!device) return phone;
    return { ...phone, devices: with_(phone.devices, entry.device, deviceAfter(device, entry, state)) };
  });
}

/**
 * @param {Device} device
 * @param {DeviceEntry} entry
 * @param {State} state
 * @returns {Device}
 */
function deviceAfter(device, entry, { expiryMs }) {
  const { time, userId } = entry;
  switch (entry.event) {
    case 'link':
      return link(device, entry);
    case 'draft':
      return {
        ...device,
        draft: entry.text,
        draftedAt: device.draft === '' ? time : device.draftedAt,
      };
    case 'signal':
      return { ...device, signalAt: time };
    case 'sent': {
      const { id, text, note } = entry;
      const line = { id, text, note, fromUserId: userId, own: true, time };
      return { ...device, draft: '', lines: lines(device, line) };
    }
    case 'read':
      return { ...device, unread: 0 };
    case 'frame':
      return frame(device, entry.frame, userId, time, expiryMs);
  }
}

/**
 * @param {Device} device
 * @param {{ link: Link, reason?: string, time: number, userId: string }} entry
 * @returns {Device}
 */
function link(device, { link, reason = '', time, userId }) {
  if (link === device.link) return { ...device, reason };
  // Where the screen missed something: between going and coming.
  const mark =
    link === 'off' ? 'wentOffline' : link === 'online' && device.lines.length > 0 ? 'cameOnline' : undefined;
  const left = link === 'online' ? device : { ...unanswered(device), typing: new Map(), presence: new Map() };
  const missed = link === 'online' ? device.missed : 0;
  const line = { text: mark ?? '', fromUserId: userId, own: false, mark: true, missed, time };
  return {
    ...left,
    link,
    reason,
    lines: mark ? lines(left, line) : left.lines,
    missed: device.missed - missed,
  };
}

/**
 * @param {Device} device
 * @param {ServerFrame} frame
 * @param {string} userId
 * @param {number} time
 * @param {number} expiryMs
 * @returns {Device}
 */
function frame(device, frame, userId, time, expiryMs) {
  switch (frame.type) {
    case 'published':
      return noted(device, frame.id, 'accepted');
    case 'error':
      return noted(device, frame.id, 'refused', frame.errorMessage);
    case 'presence': {
      const next = { ...device, presence: with_(device.presence, frame.userId, frame.online) };
      return frame.online ? next : ended(next, frame.userId, frame.at);
    }
    case 'status':
      return message(typed(device, frame, userId, time, expiryMs), frame, userId, time);
    case 'echo':
      return message(device, frame, userId, time);
    default:
      return device;
  }
}

/**
 * @param {Device} device
 * @param {string | undefined} id
 * @param {string} note
 * @param {string} [detail]
 */
const noted = (device, id, note, detail = '') => ({
  ...device,
  lines: device.lines.map((line) =>
    line.own && line.id === id && line.note === 'sending' ? { ...line, note, detail } : line,
  ),
});

/**
 * Who is typing after this frame, by the rules of `TypingReceiver`.
 * @param {Device} device
 * @param {StatusFrame} frame
 * @param {string} userId
 * @param {number} time
 * @param {number} expiryMs
 */
function typed(device, { channelType, fromUserId, objectName, content, sentTime }, userId, time, expiryMs) {
  if (channelType !== 'PERSON' || fromUserId === userId) return device;
  if (objectName !== typingType)
    return signal.test(objectName) ? device : ended(device, fromUserId, sentTime);
  if (sentTime < (device.ended.get(fromUserId) ?? 0)) return device;
  if (!isTypingSomething(content)) return ended(device, fromUserId, sentTime);
  return { ...device, typing: with_(device.typing, fromUserId, time + expiryMs) };
}

/**
 * @param {Device} device
 * @param {string} userId
 * @param {number} at
 */
const ended = (device, userId, at) => ({
  ...device,
  typing: without(device.typing, userId),
  ended: with_(device.ended, userId, Math.max(at, device.ended.get(userId) ?? 0)),
});

/**
 * @param {Device} device
 * @param {StatusFrame | EchoFrame} frame
 * @param {string} userId
 * @param {number} time
 */
function message(device, { type, fromUserId, groupId, objectName, content }, userId, time) {
  if (objectName === typingType) return device;
  const text = objectName === 'RC:TxtMsg' ? textOf(content) : undefined;
  const own = fromUserId === userId;
  const line = {
    text: text ?? content,
    fromUserId,
    own,
    groupId,
    time,
    ...(type === 'echo' ? { echo: true, note: 'echo' } : {}),
    ...(text === undefined ? { objectName } : {}),
  };
  return { ...device, lines: lines(device, line), unread: device.unread + (own ? 0 : 1) };
}

/**
 * @param {Device} device
 * @param {Line} line
 */
const lines = ({ lines }, line) => [...lines, line].slice(-maxLines);

/** @param {string} content @returns {string | undefined} undefined when it is no text message */
function textOf(content) {
  try {
    const { content: text } = JSON.parse(content);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} content */
function isTypingSomething(content) {
  try {
    return Boolean(JSON.parse(content).typingContentType);
  } catch {
    return false;
  }
}

/**
 * @param {State} state
 * @param {string} userId
 * @param {(phone: Phone) => Phone} change
 */
function withPhone(state, userId, change) {
  const phone = state.phones.get(userId);
  return phone ? { ...state, phones: with_(state.phones, userId, change(phone)) } : state;
}

/**
 * @param {State} state
 * @param {string} userId
 * @param {(user: User) => User} change
 */
function withUser(state, userId, change) {
  const next = seen(state, [userId]);
  const user = next.users.get(userId);
  return user ? { ...next, users: with_(next.users, userId, change(user)) } : next;
}

/**
 * @param {State} state
 * @param {string[]} userIds
 */
function seen(state, userIds) {
  const fresh = [...new Set(userIds)].filter((userId) => !state.users.has(userId));
  const some = fresh.slice(0, Math.max(0, maxUsers - state.users.size));
  if (some.length === 0) return state;
  return {
    ...state,
    users: new Map([...state.users, ...some.map((userId) => /** @type {const} */ ([userId, stranger]))]),
  };
}

/**
 * @template V
 * @param {ReadonlyMap<string, V>} map
 * @param {string} key
 * @param {V} value
 */
const with_ = (map, key, value) => new Map(map).set(key, value);

/**
 * @template V
 * @param {ReadonlyMap<string, V>} map
 * @param {string} key
 */
function without(map, key) {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

/**
 * @template V
 * @param {ReadonlyMap<string, V>} map
 * @param {(value: V) => V} change
 */
const mapValues = (map, change) => new Map([...map].map(([key, value]) => [key, change(value)]));
