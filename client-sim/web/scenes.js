import { sendAsBackEnd } from './back-end.js';
import { addDesktop, device, firstUsers, pullPlug, resetCast } from './cast.js';
import { happen, history, show } from './store.js';

/** @import { Device } from './state.js' */
/** @import { Key } from './strings.js' */

/**
 * What a scene is played with.
 * @typedef {object} Director
 * @property {(key: Key) => void} tell Has this said to what happens next.
 * @property {(userId: string) => void} look Brings a user into view, where there is no room for all.
 * @property {(condition: () => boolean | undefined) => Promise<void>} until
 * @property {() => Promise<void>} breathe A pause in which one can see what happened.
 * @property {(key: Key) => Promise<string>} type Alice types a line, and does not send it.
 * @property {() => void} submit She sends it.
 * @property {(key: Key) => Promise<string>} send Alice types a line and sends it.
 * @property {(key: Key) => string} line What a line says in the visitor's language.
 */

/**
 * @param {string} userId
 * @param {string} [name]
 * @returns {Device | undefined}
 */
const shown = (userId, name = 'phone') => history.now.phones.get(userId)?.devices.get(name);

/**
 * @param {string} userId
 * @param {string} [name]
 */
export const isOnline = (userId, name) => shown(userId, name)?.link === 'online';

/**
 * @param {string} userId
 * @param {string} text
 * @param {string} [name]
 */
const shows = (userId, text, name) => shown(userId, name)?.lines.some((line) => line.text === text);

/**
 * How each scene begins: everybody online with one device, nothing special set, the screens empty.
 * @param {Director} director
 * @param {number} number
 */
export async function setScene({ until }, number) {
  show({
    isIncludeSender: false,
    verifyBlacklist: false,
    muted: new Map(),
    sender: 'alice',
    receiver: 'bob',
    why: false,
    run: undefined,
    spanMs: 30_000,
  });
  await resetCast();
  await until(() =>
    firstUsers.every((userId) => {
      const others = firstUsers.filter((other) => other !== userId);
      return isOnline(userId) && others.every((other) => shown(userId)?.presence.get(other));
    }),
  );
  happen({ event: 'cleared' });
  happen({ event: 'scene', number });
}

/** Takes Carol offline, and waits until the others know. @param {Director} director */
async function withoutCarol({ until, look, breathe }) {
  look('carol');
  device('carol').goOnline(false);
  await until(() => shown('alice')?.presence.get('carol') === false);
  await breathe();
}

/** The scenes, in their order. @type {((director: Director) => Promise<void>)[]} */
export const scenes = [
  async function onlineGetsIt({ type, submit, tell, until, look, breathe }) {
    const text = await type('scene1Line');
    look('bob');
    await until(() => shown('bob')?.typing.has('alice'));
    await breathe();
    tell('scene1Sent');
    submit();
    await until(() => shows('bob', text) && shows('carol', text));
  },

  async function offlineNeverGetsIt(director) {
    const { send, tell, until, look, breathe } = director;
    await withoutCarol(director);
    tell('scene2Sent');
    const text = await send('scene2Line');
    await until(() => shows('bob', text));
    look('carol');
    await breathe();
    await breathe();
    await breathe();
    tell('scene2Back');
    device('carol').goOnline(true);
    await until(() => isOnline('carol'));
  },

  async function echo({ send, until, breathe }) {
    addDesktop('alice');
    show({ isIncludeSender: true });
    await until(() => isOnline('alice', 'desktop'));
    await breathe();
    const text = await send('scene3Line');
    await until(() => shows('alice', text, 'desktop'));
  },

  async function typingExpires({ type, until, look, breathe }) {
    await type('scene4Line');
    look('bob');
    await until(() => shown('bob')?.typing.has('alice'));
    await breathe();
    await pullPlug('alice', true);
    await breathe();
  },

  async function twoDevices({ send, until, look, breathe }) {
    look('bob');
    addDesktop('bob');
    await until(() => isOnline('bob', 'desktop'));
    await breathe();
    const first = await send('scene5Line');
    await until(() => shows('bob', first) && shows('bob', first, 'desktop'));
    await breathe();
    device('bob').goOnline(false);
    await until(() => shown('bob')?.link === 'off');
    const second = await send('scene5Again');
    await until(() => shows('bob', second, 'desktop'));
  },

  async function group(director) {
    const { line, until, look, breathe } = director;
    await sendAsBackEnd('/group/create.json', [
      ...firstUsers.map((userId) => /** @type {[string, string]} */ (['userId', userId])),
      ['groupId', 'dinner'],
      ['groupName', 'dinner'],
    ]);
    await withoutCarol(director);
    look('bob');
    await sendAsBackEnd('/statusmessage/group/publish.json', [
      ['fromUserId', 'alice'],
      ['toGroupId', 'dinner'],
      ['objectName', 'RC:TxtMsg'],
      ['content', JSON.stringify({ content: line('scene6Line') })],
    ]);
    await until(() => shows('bob', line('scene6Line')));
    look('carol');
    await breathe();
    device('carol').goOnline(true);
    await until(() => isOnline('carol'));
  },
];
