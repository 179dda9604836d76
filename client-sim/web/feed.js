import { addUser, firstUsers, tellAgain } from './cast.js';
import { afterReal, clock } from './clock.js';
import { call, Refused, simHeaders } from './simulator.js';
import { happen, history, show } from './store.js';
import { readClock } from './time-control.js';

/** @import { PublishEvent, SessionEvent } from './state.js' */

const retryMs = 1000;
const pollMs = 2000;

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
  happen(event, event.at);
}

async function greet() {
  await readClock();
  const { users } = await call('GET', '/sim/presence');
  const some = users.slice(0, maxAsked).map((/** @type {{ userId: string }} */ { userId }) => {
    return call('GET', `/sim/presence/${encodeURIComponent(userId)}`);
  });
  const online = await Promise.all(some);
  happen({ event: 'presence', users: online });
  await tellAgain();
  for (const userId of firstUsers) addUser(userId);
}

/** What others may have changed, and the trace does not tell of. */
async function poll() {
  if (history.now.live && !document.hidden) {
    const { faults } = await call('GET', '/sim/faults');
    const known = history.now.faults;
    if (JSON.stringify(faults) !== JSON.stringify(known)) happen({ event: 'faults', faults });
    await readClock();
  }
}

export function pollAlways() {
  poll()
    .catch(() => {})
    .finally(() => afterReal(pollMs, pollAlways));
}
