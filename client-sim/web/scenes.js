import { setFlags } from './rules.js';
import { person, persons } from './stage.js';

/** @import { Key } from './strings.js' */

/**
 * What a scene is played with.
 * @typedef {object} Director
 * @property {(userId: string) => void} look Brings a user into view.
 * @property {(condition: () => boolean | undefined) => Promise<void>} until
 * @property {() => Promise<void>} breathe A pause in which one can see what happened.
 * @property {(key: Key) => Promise<string>} type Alice types a line, and does not send it.
 * @property {(key: Key) => Promise<string>} send Alice types a line and sends it.
 */

/**
 * How each scene begins: everybody online with one device, nothing special set, the screens empty.
 * @param {Director} director
 */
export async function setScene({ until }) {
  setFlags(false);
  for (const { reset } of persons.values()) await reset();
  await until(() =>
    [...persons.values()].every(({ phone: { isOnline, recipients }, sessions }) => {
      return isOnline() && sessions() === 1 && recipients.all().every(recipients.isOnline);
    }),
  );
  for (const { phone } of persons.values()) phone.clear();
}

/** The five scenes, in their order. @type {((director: Director) => Promise<void>)[]} */
export const scenes = [
  async function onlineGetsIt({ send, until, look }) {
    const text = await send('scene1Line');
    look('bob');
    await until(() => person('bob').phone.shows(text) && person('carol').phone.shows(text));
  },

  async function offlineNeverDoes({ send, until, look, breathe }) {
    const { phone } = person('carol');
    look('carol');
    phone.goOnline(false);
    await until(() => person('alice').phone.recipients.isOnline('carol') === false);
    const text = await send('scene2Line');
    await until(() => person('bob').phone.shows(text));
    look('carol');
    await breathe();
    phone.goOnline(true);
    await until(phone.isOnline);
  },

  async function echo({ send, until, breathe }) {
    const { addDevice, desktop, sessions } = person('alice');
    addDevice();
    setFlags(true);
    await until(() => sessions() === 2);
    await breathe();
    const text = await send('scene3Line');
    await until(() => desktop()?.shows(text));
  },

  async function typingExpires({ type, until, look, breathe }) {
    const { typingUsers } = person('bob').phone;
    await type('scene4Line');
    look('bob');
    await until(() => typingUsers().includes('alice'));
    await breathe();
    await person('alice').pullPlug(true);
    await until(() => !typingUsers().includes('alice'));
  },

  async function twoDevices({ send, until, look, breathe }) {
    const { addDevice, desktop, phone, sessions } = person('bob');
    look('bob');
    addDevice();
    await until(() => sessions() === 2);
    await breathe();
    const first = await send('scene5Line');
    look('bob');
    await until(() => phone.shows(first) && desktop()?.shows(first));
    await breathe();
    phone.goOnline(false);
    await until(() => sessions() === 1);
    const second = await send('scene5Again');
    look('bob');
    await until(() => desktop()?.shows(second));
  },
];
