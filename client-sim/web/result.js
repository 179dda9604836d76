import { typingType } from '../typing.js';
import { clockTime } from './clock.js';
import { byId, draw, h, icon } from './draw.js';
import { whyOf } from './outcome.js';
import { history, say, show, ui } from './store.js';
import { colorOf, nameOf } from './user.js';

/** @import { Outcome, Publish, PublishEvent, State } from './state.js' */
/** @import { Drawn } from './draw.js' */
/** @import { Key } from './strings.js' */

/** Recipients that the sentence names; of the others it says how many there are. */
const named = 5;

/** Recipients that are explained. */
const explained = 50;

/**
 * What somebody did: `Alice is typing`.
 * @param {PublishEvent} publish
 */
function deedOf({ fromUserId, objectName, contentBytes, groupId }) {
  const name = nameOf(fromUserId);
  const deed =
    objectName === typingType
      ? say(contentBytes === 24 ? 'stopped' : 'isTyping', name)
      : objectName === 'RC:TxtMsg'
        ? say('wrote', name)
        : say('sentType', name, objectName);
  return groupId === undefined ? deed : `${deed} ${say('toGroup', groupId)}`;
}

/**
 * What became of it, in one sentence.
 * @param {PublishEvent} publish
 * @param {State['users']} [users] As they are since.
 */
export function sentenceOf(publish, users = history.now.users) {
  const { fromUserId, report, lost = [] } = publish;
  const parts = report.recipients.slice(0, named).map((row) => recipient(row, lost, users));
  const others = report.recipients.length - parts.length;
  if (others > 0) parts.push(h('span.quiet', say('andMore', others)));
  if (parts.length === 0) parts.push(h('span.quiet', say('nobody')));
  if (report.echo.outcome === 'echoed') parts.push(h('span.echo', '↩ ', say('echoTo', nameOf(fromUserId))));
  const list = parts.flatMap((part, index) => (index === 0 ? [part] : [h('i', ' · '), part]));
  return [h('b', { class: colorOf(fromUserId) }, deedOf(publish)), h('i', ' → '), ...list];
}

/**
 * @param {Outcome} row
 * @param {readonly string[]} lost
 * @param {State['users']} users
 */
function recipient({ userId = '', outcome, reason, sessions = 0 }, lost, users) {
  const isLost = lost.includes(userId);
  if (outcome === 'delivered' && !isLost)
    return h('span.delivered', `${nameOf(userId)} ✓`, sessions > 1 && ` ×${sessions}`);
  const isBack = reason === 'offline' && users.get(userId)?.sessions.size;
  const why = say(/** @type {Key} */ (`gone ${isLost ? 'lost' : isBack ? 'before' : reason}`));
  return h('span.dropped', `${nameOf(userId)} ✗ ${why}`);
}

/**
 * The result of the last publish, above all, with its explanation for who asks.
 * @param {State} state
 */
export function drawResult({ last, refusal, users }) {
  const isOpen = ui.why && last !== undefined && !refusal;
  const place = byId('result');
  place.ariaLive = ui.tour?.silent ? 'off' : 'polite';
  draw(place, [
    refusal
      ? h('p.dropped', say('refused', refusal.path, refusal.code, refusal.errorMessage))
      : last
        ? h(
            'button',
            {
              class: 'sentence',
              'aria-expanded': isOpen,
              click: () => show({ why: !isOpen }),
            },
            h('span', sentenceOf(last, users)),
            h('span.why', say('why'), icon('down')),
          )
        : h('p.quiet', say('resultEmpty')),
    isOpen && last ? explanation(last) : h('span', { hidden: true }),
  ]);
}

/**
 * The rule's sentence for each, and the report as it is.
 * @param {Publish} publish
 * @returns {Drawn}
 */
function explanation({ time, fromUserId, report, lost, hints = [] }) {
  const { recipients, echo } = report;
  const rows = [...recipients.slice(0, explained), echo];
  return h(
    'section.card.explanation',
    { label: say('whyTitle') },
    h(
      'ul',
      h('li.quiet', clockTime(time, true)),
      rows.map((row) => {
        const isLost = lost.includes(row.userId ?? '');
        const tone =
          isLost || row.outcome === 'dropped'
            ? 'dropped'
            : row.outcome === 'not-requested'
              ? 'quiet'
              : row.userId
                ? 'delivered'
                : 'echo';
        return h('li', { class: tone }, withRules(say(...whyOf(row, fromUserId, isLost))));
      }),
      hints.map((hint) => h('li.dropped', withRules(hint))),
    ),
    h('pre', { tabindex: '0', label: say('json') }, jsonOf(rows)),
  );
}

/** A rule that is cited is a link to where it can be read. @param {string} text */
const withRules = (text) =>
  text
    .split(/(?<=[(（])(B\d+(?:\.\d+)?)(?=[)）])/)
    .map((part, index) => (index % 2 ? h('a', { href: `/docs#${part}`, target: '_blank' }, part) : part));

/** A line for each, as far as they are explained. @param {Outcome[]} rows */
function jsonOf(rows) {
  const lines = rows.slice(0, -1).map((row) => JSON.stringify(row));
  return `{"recipients":[\n  ${lines.join(',\n  ')}\n],\n"echo":${JSON.stringify(rows.at(-1))}}`;
}
