import { clock } from './clock.js';
import { dismiss, notice } from './notice.js';
import { publishEntry } from './publish-entry.js';
import { appKey } from './simulator.js';
import { countSessions, openStage, persons } from './stage.js';
import { trace, traceLine } from './trace.js';
import { nameOf } from './user.js';

const retryMs = 1000;

const lost = () => notice('lost');

/** Draws what the simulator tells of this page's app, for as long as the page is open. */
export function openEventFeed() {
  const source = new EventSource(`/sim/trace?appKey=${appKey}`);
  source.onopen = async () => {
    dismiss();
    for (const { tellAgain } of persons.values()) await tellAgain();
    openStage();
    countSessions().catch(lost);
  };
  source.onerror = () => {
    source.close(); // by itself it gives up at some errors, and takes long after others
    lost();
    clock.after(retryMs, openEventFeed);
  };
  source.addEventListener('publish', ({ data }) => trace(publishEntry(JSON.parse(data))));
  source.addEventListener('session', ({ data }) => {
    const { userId, state } = JSON.parse(data);
    traceLine(state, state, nameOf(userId));
    countSessions().catch(lost);
  });
  source.addEventListener('refused', ({ data }) => {
    const { path, code, errorMessage } = JSON.parse(data);
    traceLine('refused', 'refused', path, code, errorMessage);
  });
}
