import { byId } from './element.js';
import { say } from './language.js';

/** @import { Argument, Key } from './strings.js' */

const box = byId('notice');

/**
 * Says that something is wrong.
 * @param {Key} key
 * @param {...Argument} args
 */
export function notice(key, ...args) {
  box.hidden = false;
  say(byId('notice-text'), key, ...args);
}

export function dismiss() {
  box.hidden = true;
}

byId('dismiss').addEventListener('click', dismiss);

// No error is silent.
window.addEventListener('error', ({ message }) => notice('failed', message));
window.addEventListener('unhandledrejection', ({ reason }) => notice('failed', reason.message));
