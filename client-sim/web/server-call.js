import { clock } from './clock.js';
import { byId } from './element.js';
import { inWords, say } from './language.js';
import { onRules, rules } from './rules.js';
import { appKey, call } from './simulator.js';

const path = '/statusmessage/private/publish.json';
const line = byId('call-line');
const copy = byId('copy');

/** Shows the message of an app's server as a line for the terminal. */
export function showServerCall() {
  const fields = [...form()].map(([name, value]) => `-d '${name}=${value}'`);
  line.textContent = `curl ${location.origin}${path} -H 'App-Key: ${appKey}' ${fields.join(' ')}`;
}

function form() {
  const fields = new URLSearchParams('fromUserId=alice&toUserId=bob&toUserId=carol&objectName=RC:TxtMsg');
  fields.set('content', JSON.stringify({ content: inWords('serverText') }));
  if (rules.isIncludeSender) fields.set('isIncludeSender', '1');
  if (rules.verifyBlacklist) fields.set('verifyBlacklist', '1');
  return fields;
}

onRules(showServerCall);
byId('run').addEventListener('click', () => call('POST', path, form()));
copy.addEventListener('click', async () => {
  await navigator.clipboard.writeText(line.textContent);
  say(copy, 'copied');
  clock.after(2000, () => say(copy, 'copy'));
});
