import { typingType } from '../typing.js';
import { button, element } from './element.js';
import { say, spoken } from './language.js';
import { keyOf, whyOf } from './outcome.js';
import { persons } from './stage.js';
import { avatar, colorOf, nameOf } from './user.js';

/** @import { Outcome } from './outcome.js' */

/**
 * What the trace tells of a publish.
 * @typedef {object} PublishEvent
 * @property {number} at
 * @property {string} via
 * @property {string} fromUserId
 * @property {string} objectName
 * @property {number} contentBytes
 * @property {{ recipients: Outcome[], echo: Outcome }} report
 */

/** Rows that are drawn without being asked for. */
const shortList = 12;

/**
 * Draws a publish: who sent it, a row for each recipient, and one for the echo that was asked for.
 * @param {PublishEvent} event
 */
export function publishEntry({ at, via, fromUserId, objectName, contentBytes, report }) {
  const { recipients, echo } = report;
  const rows = echo.outcome === 'not-requested' ? recipients : [...recipients, echo];
  const list = element('ul');
  const drawNext = () => {
    const next = rows.slice(list.childElementCount).slice(0, shortList);
    list.append(...next.map((row) => rowOf(row, fromUserId)));
    const left = rows.length - list.childElementCount;
    more.hidden = left === 0;
    say(more, 'more', left);
  };
  const more = button(drawNext);
  drawNext();
  const kind = objectName === typingType ? 'typing' : 'message';
  const what = element('code', {}, objectName);
  const time = element('time', {}, new Date(at).toLocaleTimeString('en-GB'));
  const source = spoken('small', via === 'client' ? 'viaClient' : 'viaServer', [kind], contentBytes);
  const head = element(
    'header',
    {},
    avatar(fromUserId),
    element('b', {}, nameOf(fromUserId)),
    what,
    time,
    source,
  );
  return element('li', { class: `publish ${colorOf(fromUserId)}` }, head, list, more);
}

/**
 * @param {Outcome} row
 * @param {string} fromUserId
 */
function rowOf(row, fromUserId) {
  const { userId = fromUserId, sessions = 0 } = row;
  const lost = sessions > 0 && persons.get(userId)?.isUnplugged();
  const why = element('p', { hidden: '' }, spoken('span', ...whyOf(row, fromUserId)));
  const outcome = lost ? 'lost' : sessions > 0 ? row.outcome : 'dropped';
  const node = button(
    () => {
      why.hidden = !why.hidden;
      node.ariaExpanded = String(!why.hidden);
    },
    { 'aria-expanded': 'false', 'data-outcome': outcome },
    element('i'),
    avatar(userId),
    element('b', {}, nameOf(userId)),
    spoken('span', keyOf(row), sessions),
  );
  if (lost) {
    node.append(spoken('em', 'unplugged'));
    why.append(' ', spoken('span', 'whyUnplugged'));
  }
  return element('li', {}, node, why);
}
