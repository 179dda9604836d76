import { afterReal, clock } from './clock.js';
import { call } from './simulator.js';
import { happen, history } from './store.js';

const stepMs = 200;

/** Stops the slow motion that is under way. @type {(() => void) | undefined} */
let stopSlow;

/** Takes over the app's time. */
export async function readClock() {
  if (stopSlow) return;
  take(await call('GET', '/sim/clock'));
}

/**
 * @param {{ now: number, frozen: boolean }} reading
 * @param {number} [slow]
 */
function take({ now, frozen }, slow = 0) {
  const rate = frozen ? slow : 1;
  clock.set(now, rate);
  if (rate !== history.now.rate) happen({ event: 'clock', rate });
}

/**
 * Freezes the app's clock (0), lets it run (1), or has it creep.
 * @param {number} rate
 */
export async function setRate(rate) {
  stopSlow?.();
  stopSlow = undefined;
  const here = async () => (await call('GET', '/sim/clock')).now; // not the machine's time, if it runs apart
  const step = rate === 1 ? { action: 'resume' } : { action: 'freeze', at: await here() };
  take(await call('POST', '/sim/clock', step), rate);
  if (rate > 0 && rate < 1) creep(rate);
}

/** @param {number} ms */
export async function advance(ms) {
  take(await call('POST', '/sim/clock', { action: 'advance', ms }), history.now.rate);
}

/** The simulator has no slow clock, but one that stands still and is moved on in small steps looks the same. @param {number} rate */
function creep(rate) {
  let isOn = true;
  const step = async () => {
    if (!isOn) return;
    await advance(Math.round(stepMs * rate)).catch(() => {});
    if (isOn) afterReal(stepMs, step);
  };
  stopSlow = () => {
    isOn = false;
  };
  afterReal(stepMs, step);
}
