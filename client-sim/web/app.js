import { drawBackEnd, learnHeaders } from './back-end.js';
import { follow, pollAlways } from './feed.js';
import { drawHeader } from './header.js';
import { closeLab, drawLab } from './lab.js';
import { closeMenus } from './menu.js';
import { drawPhones, runsDown } from './phones.js';
import { drawResult } from './result.js';
import { isClosed } from './simulator.js';
import { history, nextChange, notice, show, takeStale, ui, viewed } from './store.js';
import { drawPast, drawTimeline, hasRunDry, moveTimeline } from './timeline.js';
import { drawTour, greetVisitor, yieldToVisitor } from './tour.js';
import { leavePast } from './travel.js';

const isCalm = matchMedia('(prefers-reduced-motion: reduce)');
let movedAt = 0;
let passedAt = 0;

/** However much happens, the page is not drawn more often: there are better uses of a frame. */
const redrawMs = 40;
let drawnAt = 0;

/** @param {number} now */
function frame(now) {
  requestAnimationFrame(frame);
  if (now - drawnAt > redrawMs && (takeStale() || hasRunDry())) {
    drawnAt = now;
    drawAll();
  } else if (now - movedAt > (isCalm.matches ? 1000 : 0)) {
    movedAt = now;
    moveTimeline();
    if (now - passedAt > redrawMs && runsDown()) {
      passedAt = now;
      drawPhones();
    }
  }
}

function drawAll() {
  drawHeader();
  drawResult(viewed().state);
  drawPast();
  drawPhones();
  drawBackEnd();
  drawTimeline();
  drawLab();
  drawTour();
  if (ui.focus) document.querySelector(/** @type {'button'} */ (ui.focus))?.focus();
  ui.focus = undefined;
}

// No error is silent.
addEventListener('error', ({ message }) => notice('failed', message));
addEventListener('unhandledrejection', ({ reason }) => notice('failed', reason.message));
for (const touch of ['pointerdown', 'pointerup', 'keydown', 'wheel']) {
  addEventListener(touch, yieldToVisitor);
}
closeMenus();
addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return;
  if (ui.lab) closeLab();
  else if (ui.cursor) leavePast();
});

if (document.documentElement.dataset.closed !== undefined && !isClosed()) show({ admin: '' });
else follow();
pollAlways();
requestAnimationFrame(frame);

/** Once the simulator has said who is there. */
async function greet() {
  while (!history.now.live) await nextChange();
  await learnHeaders();
  greetVisitor();
}
greet();
