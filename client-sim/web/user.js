import { element } from './element.js';

/** Who can be on the stage, in this order. */
export const userIds = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

/** The first ones are there from the start, and the tour counts on them. */
export const firstUsers = 3;

/** @param {string} userId */
export function nameOf(userId) {
  return userIds.includes(userId) ? `${userId.charAt(0).toUpperCase()}${userId.slice(1)}` : userId;
}

/**
 * The user's colour, as a class of style.css. Others than the known ones share one.
 * @param {string} userId
 */
export const colorOf = (userId) => `user-${userIds.indexOf(userId) + 1}`;

/**
 * A round initial, drawn by style.css: the name stands beside it.
 * @param {string} userId
 */
export function avatar(userId) {
  const initial = [...nameOf(userId)][0] ?? '';
  return element('span', {
    class: `avatar ${colorOf(userId)}`,
    'data-initial': initial,
    'aria-hidden': 'true',
  });
}
