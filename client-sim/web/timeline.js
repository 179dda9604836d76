import { chartOf, laneHeight, laneY, pathsOf } from './chart.js';
import { clockTime } from './clock.js';
import { byId, draw, h, icon } from './draw.js';
import { menu } from './menu.js';
import { sentenceOf } from './result.js';
import { history, say, show, ui } from './store.js';
import { advance, setRate } from './time-control.js';
import {
  beginning,
  edge,
  isStep,
  leavePast,
  newSince,
  pan,
  pause,
  resume,
  step,
  total,
  travelTo,
  travelToEntry,
  zoom,
} from './travel.js';
import { avatar, nameOf } from './user.js';

/** @import { Child } from './draw.js' */
/** @import { Entry } from './state.js' */
/** @import { Key } from './strings.js' */

const maxLanes = 40;
const maxRows = 300;

/** Room behind the last instant, so that what happens now is wholly in view. */
const gutterPx = 14;

/** How far the lines are drawn beyond the right edge, so that they need not be drawn anew each frame. */
const aheadMs = 3000;

const section = byId('timeline');

/** Where the lines were drawn from: a frame moves them on from there. */
const drawnFrom = { time: 0 };

/** The lanes: who is on the page first. */
function laneUsers() {
  const { phones, users } = history.now;
  return [...new Set([...phones.keys(), ...users.keys()])];
}

export function drawTimeline() {
  const now = edge();
  draw(section, [
    h(
      'header',
      h('h2', { id: 'timeline-title' }, say('timeline')),
      legend(),
      history.forgotten > 0 && h('small.quiet', say('forgotten', history.forgotten)),
      h('span.spacer'),
      clockMenu(),
      !ui.table && iconButton('minus', 'zoomOut', () => zoom(2)),
      !ui.table && iconButton('plus', 'zoomIn', () => zoom(0.5)),
      h(
        'button',
        {
          'aria-pressed': ui.table,
          click: () => show({ table: !ui.table, scrolledAt: undefined }),
        },
        say('asTable'),
      ),
      pauseButton(),
    ),
    ui.table ? table() : chart(now),
  ]);
  const plot = section.querySelector('.plot');
  if (plot) measure.observe(plot);
  moveTimeline();
}

const legend = () =>
  h(
    'ul.legend',
    { 'aria-hidden': 'true' },
    ['online', 'off', 'delivered', 'dropped', 'echo', 'typing'].map((tone) =>
      h('li', { class: tone }, say(/** @type {Key} */ (`legend ${tone}`))),
    ),
  );

/**
 * @param {string} drawing
 * @param {Key} key
 * @param {() => void} click
 */
const iconButton = (drawing, key, click) => h('button.square', { label: say(key), click }, icon(drawing));

function pauseButton() {
  if (!ui.paused) return h('button', { key: 'pause', click: () => pause() }, say('pause'));
  const unseen = newSince(ui.paused.seen);
  return h(
    'button',
    { key: 'pause', class: 'primary', click: resume },
    say(ui.cursor?.pinned ? 'backToNow' : 'resume'),
    unseen > 0 && h('span.new', say('newEvents', unseen)),
  );
}

/** Freeze, slow motion, and a jump. */
function clockMenu() {
  const { rate } = history.now;
  const choices = /** @type {const} */ ([
    [0, 'freeze'],
    [0.25, 'slow'],
    [1, 'normal'],
  ]);
  const pace = rate === 1 ? '' : rate === 0 ? say('frozen') : say('slow');
  return menu(
    'clock',
    { label: `${say('clock')} ${pace}`, class: 'square' },
    [icon('clock'), pace],
    [
      h('p', say('clock')),
      h(
        'div.segments',
        choices.map(([value, key]) =>
          h('button', { 'aria-pressed': rate === value, click: () => setRate(value) }, say(key)),
        ),
        h('button', { click: () => advance(6000) }, say('advance')),
      ),
    ],
  );
}

/** @param {number} now */
function chart(now) {
  const userIds = laneUsers();
  const shown = userIds.slice(0, maxLanes);
  const height = shown.length * laneHeight + 30;
  const steps = history.entries.filter(isStep);
  const current = ui.cursor
    ? history.entries[ui.cursor.count - history.forgotten - 1]
    : history.entries.at(-1);
  return h(
    'div.chart',
    { key: 'chart' },
    h(
      'ol.names',
      shown.map((userId) =>
        h('li', { key: userId }, avatar(userId), h('span', { title: userId }, nameOf(userId))),
      ),
      userIds.length > shown.length && h('li.quiet', say('moreUsers', userIds.length - shown.length)),
    ),
    h(
      'div',
      {
        class: 'plot',
        tabindex: '0',
        role: 'slider',
        label: say('timeline'),
        'aria-describedby': 'timeline-help',
        'aria-valuemin': '0',
        'aria-valuemax': steps.length,
        'aria-valuenow': String(
          ui.cursor && current ? steps.filter(({ time }) => time <= current.time).length : steps.length,
        ),
        'aria-valuetext': current ? wordsOf(current) : '',
        pointermove: (/** @type {PointerEvent} */ event) => (isDragged(event) ? drag(event) : look(event)),
        pointerdown: grasp,
        pointerleave: () => ui.cursor && !ui.cursor.pinned && leavePast(),
        click: (/** @type {PointerEvent} */ event) => ui.dragged <= clickPx && look(event, true),
        keydown: keys,
        wheel: roll,
      },
      h('svg', { height: height, 'aria-hidden': 'true' }, drawing(now, shown, height)),
      h('span', { id: 'timeline-help', class: 'unseen' }, say('timelineHelp')),
    ),
  );
}

/**
 * @param {number} now
 * @param {string[]} userIds
 * @param {number} height
 */
function drawing(now, userIds, height) {
  const scale = (width - gutterPx) / ui.spanMs;
  drawnFrom.time = now;
  const view = { from: now - ui.spanMs - 1000, to: now + aheadMs };
  const x = (/** @type {number} */ time) => (time - now) * scale;
  const { lanes, mark, told, ...shots } = pathsOf(chartOf(history.base, history.entries), userIds, view, x);
  const bottom = userIds.length * laneHeight + 6;
  return [
    h(
      'defs',
      h(
        'clipPath',
        { id: 'past' },
        h('rect', {
          x: '0',
          y: '0',
          width: Math.max(0, width - gutterPx + 6),
          height: height,
        }),
      ),
    ),
    h(
      'g',
      userIds.map((_, index) => h('path.absent', { d: `M0 ${laneY(index)}H${width}` })),
    ),
    h(
      'g',
      { 'clip-path': 'url(#past)' },
      h(
        'g.moving',
        lanes.map(({ userId, bars, dead, typing, platforms }) =>
          h(
            'g.lane',
            { 'data-user': userId, key: userId },
            h('path.bar', { d: bars }),
            h('path.dead', { d: dead }),
            h('path.typing', { d: typing }),
            platforms.map(({ x, y, platform }) => h('text', { x: x.toFixed(1), y: y + 16 }, platform)),
          ),
        ),
        Object.entries(shots).map(([kind, d]) => h('path', { class: kind, d })),
        h('path.mark', { d: mark }),
        h('path.told', { d: told }),
        ticks(view, x, bottom),
      ),
    ),
    h('path.cursor', { d: `M0 0V${bottom}` }),
  ];
}

/** Half the width of a time below the timeline: at the edges it would be cut. */
const labelHalf = 28;

/**
 * @param {{ from: number, to: number }} view
 * @param {(time: number) => number} x
 * @param {number} bottom
 */
function ticks(view, x, bottom) {
  const every =
    [1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000].find((ms) => ui.spanMs / ms <= width / 100) ??
    600_000;
  const list = [];
  for (let time = Math.ceil(view.from / every) * every; time < view.to; time += every) {
    list.push(
      h(
        'text.tick',
        { key: time, x: x(time).toFixed(1), y: bottom + 16, 'text-anchor': 'middle' },
        clockTime(time),
      ),
    );
  }
  return list;
}

/** Measured when it changes: to ask for it in each frame would have the page laid out twice. */
let width = 800;
const measure = new ResizeObserver(([entry]) => {
  width = entry?.contentRect.width ?? width;
  show({});
});

/** Moves the lines to where the time is now; they are drawn anew only when something has happened. */
export function moveTimeline() {
  const moving = section.querySelector('.moving');
  if (!moving) return;
  const scale = (width - gutterPx) / ui.spanMs;
  const now = edge();
  const left = width - gutterPx - (now - drawnFrom.time) * scale;
  place(moving, left);
  for (const tick of moving.querySelectorAll('.tick')) {
    const x = left + Number(tick.getAttribute('x'));
    tick.toggleAttribute('hidden', x < labelHalf || x > width - gutterPx - labelHalf);
  }
  const cursor = section.querySelector('.cursor');
  if (cursor) place(cursor, ui.cursor ? width - gutterPx - (now - ui.cursor.time) * scale : width - gutterPx);
}

/**
 * By half pixels: what nobody sees is not drawn.
 * @param {Element} element
 * @param {number} x
 */
function place(element, x) {
  const transform = `translate(${Math.round(x * 2) / 2} 0)`;
  if (element.getAttribute('transform') !== transform) element.setAttribute('transform', transform);
}

/** Whether the lines end before the time does. */
export const hasRunDry = () => !ui.table && edge() - drawnFrom.time > aheadMs * 0.8;

/**
 * @param {PointerEvent} event
 * @param {boolean} [pinned]
 */
function look(event, pinned = false) {
  if (ui.cursor?.pinned && !pinned && event.buttons === 0) return;
  const plot = /** @type {Element} */ (event.currentTarget);
  const box = plot.getBoundingClientRect();
  const fromRight = box.width - gutterPx - (event.clientX - box.left);
  const time = edge() - (fromRight * ui.spanMs) / (box.width - gutterPx);
  if (fromRight < 0) leavePast();
  else travelTo(time, pinned);
}

/** A press moves so far, at most, without being taken for a drag. */
const clickPx = 3;

/** @param {PointerEvent} event */
function grasp(event) {
  ui.dragged = 0;
  if (event.pointerType === 'mouse')
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
  else look(event);
}

/** A mouse moves the time along with it. A finger cannot hover, so it looks around instead. @param {PointerEvent} event */
const isDragged = ({ pointerType, buttons }) => pointerType === 'mouse' && buttons === 1;

/** @param {PointerEvent} event */
function drag(event) {
  ui.dragged += Math.abs(event.movementX);
  if (ui.dragged <= clickPx) return;
  pan((-event.movementX * ui.spanMs) / width);
  if (!ui.cursor?.pinned) look(event);
}

/** @param {KeyboardEvent} event */
function keys(event) {
  /** @type {Record<string, (() => void) | undefined>} */
  const acts = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    Home: () => travelToEntry(beginning()),
    End: leavePast,
    '+': () => zoom(0.5),
    '-': () => zoom(2),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {WheelEvent} event */
function roll(event) {
  if (event.ctrlKey) zoom(event.deltaY > 0 ? 1.25 : 0.8);
  else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.deltaX * ui.spanMs) / width);
  else return;
  event.preventDefault();
}

/** The same as rows, the latest first, for whoever cannot see the lines or wants the words. */
function table() {
  const { entries, forgotten } = history;
  const last = ui.paused ? Math.max(0, ui.paused.seen - forgotten) : entries.length;
  const rows = entries
    .slice(0, last)
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => isStep(entry))
    .slice(-maxRows)
    .reverse();
  const unseen = ui.scrolledAt === undefined ? 0 : newSince(ui.scrolledAt);
  return h(
    'div.rows',
    { key: 'table' },
    h(
      'div',
      {
        class: 'scroll',
        tabindex: '0',
        role: 'region',
        label: say('asTable'),
        scroll: (/** @type {Event} */ { target }) => {
          const isAtTop = /** @type {HTMLElement} */ (target).scrollTop < 20;
          if (isAtTop !== (ui.scrolledAt === undefined)) show({ scrolledAt: isAtTop ? undefined : total() });
        },
      },
      h(
        'table',
        h(
          'thead',
          h(
            'tr',
            h('th', { scope: 'col' }, say('time')),
            h('th', { scope: 'col' }, say('what')),
            h('th', h('span.unseen', say('why'))),
          ),
        ),
        h(
          'tbody',
          rows.map(({ entry, index }) => row(entry, index)),
        ),
      ),
    ),
    unseen > 0 &&
      h(
        'button',
        {
          class: 'pill',
          click: () => section.querySelector('.scroll')?.scrollTo({ top: 0 }),
        },
        '↑ ',
        say('newEvents', unseen),
      ),
  );
}

/**
 * @param {Entry} entry
 * @param {number} index
 */
function row(entry, index) {
  const isCurrent = ui.cursor?.count === history.forgotten + index + 1;
  const isPublish = entry.event === 'publish';
  const open = () => {
    travelToEntry(index);
    show({ why: isPublish });
    document.getElementById('result')?.scrollIntoView({ block: 'nearest' });
  };
  return h(
    'tr',
    { key: history.forgotten + index, 'aria-current': isCurrent ? 'true' : undefined },
    h('td', h('button.plain', { click: open }, h('time', clockTime(entry.time, true)))),
    h('td', isPublish ? sentenceOf(entry) : wordsOf(entry)),
    h('td', isPublish && h('button.plain', { click: open }, say('why'))),
  );
}

/** @param {Child} child @returns {string} */
const textOf = (child) => (typeof child === 'string' ? child : child.children.map(textOf).join(''));

/**
 * An event in words.
 * @param {Entry} entry
 * @returns {string}
 */
function wordsOf(entry) {
  switch (entry.event) {
    case 'publish':
      return sentenceOf(entry).map(textOf).join('');
    case 'session': {
      const { userId, state, code } = entry;
      if (state === 'opened') return say('opened', nameOf(userId));
      if (code === 4010) return say('kicked', nameOf(userId));
      const isUsual = code === undefined || code === 1000 || code === 1005;
      return isUsual ? say('closed', nameOf(userId)) : say('closedCode', nameOf(userId), code);
    }
    case 'refused':
      return say('refused', entry.path, entry.code, entry.errorMessage);
    case 'accepted':
      return say('acceptedCall', entry.path);
    case 'plug':
      return say(entry.pulled ? 'pulled' : 'plugged', nameOf(entry.userId));
    case 'block':
      return say(entry.blocked ? 'blocked' : 'unblocked', nameOf(entry.userId), nameOf(entry.other));
    case 'faults':
      if (entry.faults.length === 0) return say('noFaults');
      return say(
        'faultsSet',
        entry.faults
          .map(({ fault, userId }) => [fault, userId && nameOf(userId)].filter(Boolean).join(' '))
          .join(', '),
      );
    case 'webhook':
      return entry.lost > 0 ? say('webhookLost', entry.posted, entry.lost) : say('webhook', entry.posted);
    case 'clock':
      return say('clockRate', entry.rate);
    case 'presence':
      return say('liveFeed');
    case 'lost':
      return say('lostFeed');
    case 'scene':
      return say('sceneBegins', entry.number, [/** @type {Key} */ (`scene${entry.number}`)]);
    default:
      return '';
  }
}

/** Says, over the phones, that they are shown as they were, and after what; of a publish the result says it. */
export function drawPast() {
  const { cursor } = ui;
  if (!cursor) return draw(byId('past-note'), []);
  const before = history.entries.slice(0, cursor.count - history.forgotten).findLast(isStep);
  draw(byId('past-note'), [
    h('span', say('past', clockTime(cursor.time, true))),
    h('span.event', before && before.event !== 'publish' ? wordsOf(before) : ''),
    h('button', { click: leavePast }, say('backToNow')),
  ]);
}
