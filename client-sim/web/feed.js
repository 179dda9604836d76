import { addUser, firstUsers, tellAgain } from './cast.js';
import { afterReal, clock } from './clock.js';
import { appKey, call, Refused, simHeaders } from './simulator.js';
import { happen, history, show, ui } from './store.js';
import { readClock } from './time-control.js';

/** @import { PublishEvent, SessionEvent } from './state.js' */

const retryMs = 1000;
const pollMs = 2000;

/** So soon after a session, a webhook has been told of it. */
const webhookMs = 150;

/** How far the app's clock may seem to be off before it is asked. */
const driftMs = 400;

/** Whose sessions are asked for, one by one, at the beginning. */
const maxAsked = 100;

/** Tells the page whatever the simulator tells of its app, for as long as the page is open. */
export async function follow() {
  try {
    await readTrace();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return show({ admin: error.message });
  }
  if (history.now.live !== false) happen({ event: 'lost' });
  afterReal(retryMs, follow);
}

async function readTrace() {
  const response = await fetch('/sim/trace', { headers: simHeaders() });
  if (!response.ok || !response.body) {
    throw new Refused(JSON.parse(await response.text()).errorMessage, response.status, '');
  }
  show({ admin: undefined });
  // What comes while the simulator tells who is online happened before or after that: it is told again behind it.
  /** @type {string[] | undefined} */
  let held = [];
  const greeted = greet().then(() => {
    for (const data of held ?? []) tell(data);
    held = undefined;
  });
  greeted.catch(() => {});
  let rest = '';
  for await (const text of chunks(response.body.pipeThrough(new TextDecoderStream()))) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.slice(event.indexOf('data: ') + 6);
      if (held) held.push(data);
      else tell(data);
    }
  }
  await greeted;
}

/**
 * @param {ReadableStream<string>} stream
 * @returns {AsyncGenerator<string>}
 */
async function* chunks(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** @param {string} data */
function tell(data) {
  /** @type {(PublishEvent | SessionEvent) & { at: number }} */
  const event = JSON.parse(data);
  if (Math.abs(event.at - clock.now()) > driftMs) readClock().catch(() => {});
  if (event.event === 'session') awaitWebhook(event.userId);
  happen(event, event.at);
}

async function greet() {
  await readClock();
  posted = await readPosted();
  const { users } = await call('GET', '/sim/presence');
  const some = users.slice(0, maxAsked).map((/** @type {{ userId: string }} */ { userId }) => {
    return call('GET', `/sim/presence/${encodeURIComponent(userId)}`);
  });
  const online = await Promise.all(some);
  happen({ event: 'presence', users: online });
  if (history.now.expiryMs !== ui.timers.expiryMs) happen({ event: 'timers', expiryMs: ui.timers.expiryMs });
  await tellAgain();
  for (const userId of firstUsers) addUser(userId);
}

/** Whose coming and going no webhook has been told of yet. @type {Set<string>} */
const untold = new Set();

/** How often to ask whether one has: longer than a webhook tries. */
const patience = 25;
let asked = 0;

/** What the webhooks of this simulator have posted so far, and what they have lost. */
let posted = { delivered: 0, failed: 0, overflow: 0 };

async function readPosted() {
  const response = await fetch('/metrics', { headers: simHeaders() });
  const counts = (await response.text()).matchAll(
    /webhook_events_total\{app="(.*)",outcome="(\w+)"\} (\d+)/g,
  );
  const sums = { delivered: 0, failed: 0, overflow: 0 };
  for (const [, app, outcome, count] of counts) {
    // In open mode, where apps come and go, they are counted together.
    if (app === '' || app === appKey) sums[/** @type {keyof typeof sums} */ (outcome)] += Number(count);
  }
  return sums;
}

/** @param {string} userId */
function awaitWebhook(userId) {
  if (untold.size === 0) afterReal(webhookMs, () => readWebhook().catch(() => {}));
  if (untold.size < maxAsked) untold.add(userId);
  asked = 0;
}

/** The trace does not tell of webhooks; their counts do, and that soon after a session. */
async function readWebhook() {
  if (untold.size === 0) return;
  const now = await readPosted();
  const lost = now.failed + now.overflow - posted.failed - posted.overflow;
  const taken = now.delivered - posted.delivered;
  if (taken + lost > 0) happen({ event: 'webhook', userIds: [...untold], posted: taken, lost });
  else if (++asked < patience) return;
  posted = now;
  untold.clear();
}

/** What others may have changed, and the trace does not tell of. */
async function poll() {
  if (history.now.live && !document.hidden) {
    const { faults } = await call('GET', '/sim/faults');
    const known = history.now.faults;
    if (JSON.stringify(faults) !== JSON.stringify(known)) happen({ event: 'faults', faults });
    await readClock();
    await readWebhook();
  }
}

export function pollAlways() {
  poll()
    .catch(() => {})
    .finally(() => afterReal(pollMs, pollAlways));
}
