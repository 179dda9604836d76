import { byId } from './element.js';
import { createPerson } from './person.js';
import { onRules } from './rules.js';
import { call } from './simulator.js';
import { firstUsers, userIds } from './user.js';

/** @import { Person } from './person.js' */

const add = byId('add-person');

/** All persons, on both sides of the simulator. @type {Map<string, Person>} */
export const persons = new Map();

/** @param {string} userId One of those who stay. */
export const person = (userId) => /** @type {Person} */ (persons.get(userId));

let asked = 0;

/** Asks the simulator who is online. An answer that a later question has overtaken does not count. */
export async function countSessions() {
  const question = ++asked;
  const { users } = await call('GET', '/sim/presence');
  if (question !== asked) return;
  const counts = new Map(users.map((/** @type {any} */ { userId, sessions }) => [userId, sessions]));
  for (const { userId, setSessions } of persons.values()) setSessions(counts.get(userId) ?? 0);
}

/** Brings the first ones on. */
export function openStage() {
  while (persons.size < firstUsers) addNext();
}

function addNext() {
  const userId = userIds.find((id) => !persons.has(id));
  if (!userId) return;
  const next = createPerson(userId);
  if (persons.size === 0) byId('stage').prepend(next.node);
  else add.before(next.node);
  persons.set(userId, next);
  const ids = [...persons.keys()];
  for (const { userId, meet } of persons.values()) meet(ids.filter((id) => id !== userId));
  add.hidden = ids.length === userIds.length;
}

add.addEventListener('click', addNext);
onRules(() => {
  for (const { all } of persons.values()) for (const { retime } of all()) retime();
});
