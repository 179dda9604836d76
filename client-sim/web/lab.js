import { checkTyping } from '../typing-check.js';
import { typingPresets } from '../typing-presets.js';
import { retime } from './cast.js';
import { byId, draw, h } from './draw.js';
import { say, show, timersOf, ui } from './store.js';

/** @import { Span } from '../typing-check.js' */
/** @import { Drawn } from './draw.js' */
/** @import { Key } from './strings.js' */
/** @import { Timers } from './store.js' */

const spanMs = 45_000;

/** A user who writes, thinks, and writes again. */
const keystrokes = [...keysFrom(500, 17_000), ...keysFrom(24_000, 30_000)];

/**
 * @param {number} from
 * @param {number} to
 */
function keysFrom(from, to) {
  const list = [];
  for (let at = from, index = 0; at < to; at += 130 + ((index++ * 53) % 180)) list.push(at);
  return list;
}

export const closeLab = () => show({ lab: false, focus: '[data-menu=more] > button' });

export function drawLab() {
  const drawer = byId('lab');
  drawer.hidden = !ui.lab;
  document.body.classList.toggle('lab', ui.lab);
  if (!ui.lab) return draw(drawer, []);
  const { timers, delayMs, lossRate } = ui;
  const check = checkTyping({ ...timers, delayMs, lossRate, keystrokes });
  draw(drawer, [
    h('header', h('h2', { id: 'lab-title' }, say('lab')), h('button', { click: closeLab }, say('close'))),
    h('div.controls', presets(), sliders()),
    h(
      'div.strip',
      strip(
        'keys',
        keystrokes.map((at) => line(at, 'key')),
      ),
      strip(
        'sent',
        check.sent.map(({ at, stop, lost }) => line(at, lost ? 'dropped' : stop ? 'stop' : 'signal')),
      ),
      strip('seen', [
        ...check.shown.map((each) => span(each, 'shown')),
        ...check.stuck.map((each) => span(each, 'stuck')),
        ...check.gaps.map((each) => span(each, 'gap')),
      ]),
    ),
    h(
      'p',
      { role: 'status' },
      say('labResult', check.sends, check.flickers, inSeconds(check.stuckMs), inSeconds(check.longestGapMs)),
    ),
  ]);
}

/** @param {number} ms */
const inSeconds = (ms) => (Math.round(ms / 100) / 10).toString();

/** @param {number} ms */
const left = (ms) => ((ms / spanMs) * 100).toFixed(2);

/**
 * @param {number} at
 * @param {string} kind
 */
const line = (at, kind) => h('rect', { class: kind, x: left(at), y: '0', width: '.3', height: '20' });

/**
 * @param {Span} span
 * @param {string} kind
 */
const span = ({ from, to }, kind) =>
  h('rect', {
    class: kind,
    x: left(from),
    y: '4',
    width: Math.max(0.4, +left(Math.min(to, spanMs) - from)),
    height: '12',
  });

/**
 * @param {Key} key
 * @param {Drawn[]} shapes
 */
const strip = (key, shapes) =>
  h(
    'div',
    h('span', say(key)),
    h('svg', { viewBox: '0 0 100 20', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, shapes),
  );

function presets() {
  return h(
    'label',
    h('span', say('preset')),
    h(
      'select',
      {
        value: ui.preset,
        change: (/** @type {Event} */ { target }) => {
          const preset = /** @type {HTMLSelectElement} */ (target).value;
          use(preset ? timersOf(preset) : ui.timers, preset);
        },
      },
      Object.entries(typingPresets).map(([name, { product }]) => h('option', { value: name }, product)),
      h('option', { value: '' }, say('own')),
    ),
  );
}

/**
 * @param {Timers} timers
 * @param {string} preset
 */
function use(timers, preset) {
  show({ timers, preset });
  retime();
}

function sliders() {
  const { timers } = ui;
  return [
    slider('refresh', timers.refreshMs, 1000, 30_000, 500, (refreshMs) => use({ ...timers, refreshMs }, '')),
    slider('idleStop', timers.idleStopMs ?? 0, 0, 20_000, 500, (ms) =>
      use({ ...timers, idleStopMs: ms || undefined, saysStop: ms > 0 }, ''),
    ),
    slider('expiry', timers.expiryMs, 1000, 40_000, 500, (expiryMs) => use({ ...timers, expiryMs }, '')),
    slider('delay', ui.delayMs, 0, 5000, 50, (delayMs) => show({ delayMs })),
    slider('loss', ui.lossRate * 100, 0, 100, 5, (percent) => show({ lossRate: percent / 100 })),
  ];
}

/**
 * @param {Key} key
 * @param {number} value
 * @param {number} min
 * @param {number} max
 * @param {number} step
 * @param {(value: number) => void} set
 */
function slider(key, value, min, max, step, set) {
  const text =
    key === 'loss'
      ? `${value} %`
      : key === 'idleStop' && value === 0
        ? say('never')
        : say('seconds', value / 1000);
  return h(
    'label',
    h('span', say(key)),
    h('input', {
      type: 'range',
      min: min,
      max: max,
      step: step,
      value: String(value),
      'aria-valuetext': text,
      input: (/** @type {Event} */ { target }) => set(Number(/** @type {HTMLInputElement} */ (target).value)),
    }),
    h('output', text),
  );
}
