/** An id that would clear the screen and begin a line of its own. */
export const hostileId = 'eve\u001b[2J\nmallory\u2028';
export const escapedHostileId = 'eve\\u001b[2J\\nmallory\\u2028';
