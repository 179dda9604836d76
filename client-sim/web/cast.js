import { Device } from './device.js';
import { call, post } from './simulator.js';
import { happen, history, show, ui } from './store.js';

/** Who is on the page from the start, and the tour counts on them. */
export const firstUsers = ['alice', 'bob', 'carol'];

/** How many phones there is room for. */
export const maxPhones = 6;

/** The clients of everybody on the page, each by the name of its device. @type {Map<string, Map<string, Device>>} */
const cast = new Map();

/** @param {string} userId @returns {Device[]} */
const devicesOf = (userId) => [...(cast.get(userId)?.values() ?? [])];

const everyDevice = () => [...cast.keys()].flatMap(devicesOf);

/**
 * @param {string} userId
 * @param {string} [name]
 */
export const device = (userId, name = 'phone') => /** @type {Device} */ (cast.get(userId)?.get(name));

/** @param {string} userId */
export function addUser(userId) {
  if (cast.has(userId) || cast.size >= maxPhones) return;
  happen({ event: 'joined', userId });
  for (const other of everyDevice()) other.meet([userId]);
  cast.set(userId, new Map([['phone', new Device(userId, 'phone')]]));
}

/** @param {string} userId */
export async function removeUser(userId) {
  await tidy(userId);
  for (const each of devicesOf(userId)) each.goOnline(false);
  cast.delete(userId);
  happen({ event: 'left', userId });
  const others = [...cast.keys()].filter((other) => other !== ui.sender);
  if (ui.receiver === userId || ui.sender === userId)
    show({ sender: 'alice', receiver: others.at(-1) ?? 'bob' });
}

/** @param {string} userId */
export function addDesktop(userId) {
  if (device(userId, 'desktop')) return;
  happen({ event: 'device', userId, device: 'desktop', added: true });
  cast.get(userId)?.set('desktop', new Device(userId, 'desktop'));
}

/** @param {string} userId */
export function removeDesktop(userId) {
  device(userId, 'desktop')?.goOnline(false);
  if (cast.get(userId)?.delete('desktop'))
    happen({ event: 'device', userId, device: 'desktop', added: false });
}

/**
 * @param {string} userId
 * @param {boolean} pulled
 */
export async function pullPlug(userId, pulled) {
  await tellPlug(userId, pulled);
  for (const each of devicesOf(userId)) each.cut(pulled);
  happen({ event: 'plug', userId, pulled });
}

/**
 * @param {string} userId
 * @param {boolean} pulled
 */
const tellPlug = (userId, pulled) => {
  const fault = { fault: 'half-open', userId };
  return pulled
    ? call('PUT', '/sim/faults', fault)
    : call('DELETE', `/sim/faults?${new URLSearchParams(fault)}`);
};

/**
 * @param {string} userId
 * @param {string} other
 * @param {boolean} blocked
 */
export async function block(userId, other, blocked) {
  await tellBlock(userId, other, blocked);
  happen({ event: 'block', userId, other, blocked });
}

/**
 * @param {string} userId
 * @param {string} other
 * @param {boolean} blocked
 */
const tellBlock = (userId, other, blocked) =>
  post(`/user/blacklist/${blocked ? 'add' : 'remove'}.json`, [
    ['userId', userId],
    ['blackUserId', other],
  ]);

/** Takes back what was set for a user. @param {string} userId */
async function tidy(userId) {
  const user = history.now.users.get(userId);
  if (user?.pulled) await pullPlug(userId, false);
  for (const other of user?.blocks ?? []) await block(userId, other, false);
  removeDesktop(userId);
}

/** Everybody of the first with one device, plugged in and online, nobody blocked, and as if nothing was typed so far. */
export async function resetCast() {
  for (const userId of firstUsers) {
    await tidy(userId);
    device(userId).goOnline(true);
    device(userId).retime();
  }
}

/** Tells a simulator that was started again: of the former it knows nothing. */
export async function tellAgain() {
  for (const [userId, { pulled, blocks }] of history.now.users) {
    if (!cast.has(userId)) continue;
    if (pulled) await tellPlug(userId, true);
    for (const other of blocks) await tellBlock(userId, other, true);
  }
  for (const each of everyDevice()) each.wake();
}

/** Takes up the timers that are chosen now. */
export function retime() {
  happen({ event: 'timers', expiryMs: ui.timers.expiryMs });
  for (const each of everyDevice()) each.retime();
}
