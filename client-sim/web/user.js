import { firstUsers } from './cast.js';
import { h } from './draw.js';

const known = [...firstUsers, 'dave', 'erin', 'frank'];

/** @param {string} userId */
export function nameOf(userId) {
  return known.includes(userId) ? `${userId.charAt(0).toUpperCase()}${userId.slice(1)}` : userId;
}

/**
 * The user's colour, as a class of style.css: the known ones have their own, others share some.
 * @param {string} userId
 */
export function colorOf(userId) {
  const index = known.indexOf(userId);
  if (index >= 0) return `user-${index}`;
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997;
  return `user-${sum % 8}`;
}

/**
 * A round initial: the name stands beside it.
 * @param {string} userId
 */
export function avatar(userId) {
  return h(
    'span',
    { class: `avatar ${colorOf(userId)}`, 'aria-hidden': 'true' },
    [...nameOf(userId)][0] ?? '',
  );
}
