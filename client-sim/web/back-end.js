import { afterReal } from './clock.js';
import { byId, draw, h } from './draw.js';
import { sentenceOf } from './result.js';
import { appKey, isClosed, post, Refused, signedHeaders } from './simulator.js';
import { history, say, show, ui } from './store.js';

/** @import { Publish } from './state.js' */

const path = '/statusmessage/private/publish.json';

/** What a request needs besides its fields: nothing in the app of whoever names none. @type {Record<string, string>} */
let headers = appKey === 'default' ? {} : { 'App-Key': appKey };

/** @returns {[string, string][]} */
const fields = () => [
  ['fromUserId', 'alice'],
  ['toUserId', 'bob'],
  ['toUserId', 'carol'],
  ['objectName', 'RC:TxtMsg'],
  ['content', JSON.stringify({ content: say('serverText') })],
  ...(ui.isIncludeSender ? [/** @type {[string, string]} */ (['isIncludeSender', '1'])] : []),
  ...(ui.verifyBlacklist ? [/** @type {[string, string]} */ (['verifyBlacklist', '1'])] : []),
];

const hasHeaders = () => Object.keys(headers).length > 0;

/** The request in the languages of the terminal, Node and Python. */
const snippets = {
  curl: () => {
    const [from, bob, carol, ...rest] = fields().map(([name, value]) => `-d ${quoted(`${name}=${value}`)}`);
    return [
      `curl ${location.origin}${path}`,
      ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
      from,
      `${bob} ${carol}`,
      ...rest,
    ].join(' \\\n  ');
  },
  node: () => `const response = await fetch('${location.origin}${path}', {
  method: 'POST',${hasHeaders() ? `\n  headers: ${JSON.stringify(headers)},` : ''}
  body: new URLSearchParams([
${fields()
  .map(([name, value]) => `    ['${name}', '${value}'],`)
  .join('\n')}
  ]),
});
console.log(response.status, await response.text());`,
  python: () => `from urllib.parse import urlencode
from urllib.request import Request, urlopen

fields = [
${fields()
  .map(([name, value]) => `    ('${name}', '${value}'),`)
  .join('\n')}
]
request = Request('${location.origin}${path}',
    urlencode(fields).encode()${hasHeaders() ? `, ${JSON.stringify(headers)}` : ''})
print(urlopen(request).read().decode())`,
};

/** As a shell takes it. @param {string} text */
const quoted = (text) => (/^[\w:=-]*$/.test(text) ? text : `'${text}'`);

const names = { curl: 'curl', node: 'Node', python: 'Python' };

/** How high the card was when its end was last brought into view. */
let seenHeight = 0;

export function drawBackEnd() {
  const code = snippets[ui.code]();
  const heard = foreign() ?? (ui.run ? undefined : say('waiting', appKey));
  const card = byId('back-end');
  draw(
    card,
    [
      h(
        'header',
        h('h2', { id: 'back-end-title' }, say('backEnd')),
        h(
          'div.segments',
          Object.entries(names).map(([name, label]) =>
            h(
              'button',
              {
                'aria-pressed': ui.code === name,
                click: () => show({ code: /** @type {typeof ui.code} */ (name) }),
              },
              label,
            ),
          ),
        ),
      ),
      heard === undefined ? undefined : h('p.quiet', heard),
      h(
        'pre',
        { tabindex: '0', label: names[ui.code] },
        h(
          'code',
          code.split(/(?=\/[a-z])/).flatMap((part, index) => (index ? [h('wbr'), part] : [part])),
        ),
      ),
      h('div.actions', flag('isIncludeSender'), flag('verifyBlacklist')),
      h(
        'div.actions',
        h('button.primary', { disabled: ui.run?.body === '', click: run }, say('run')),
        h('button', { click: () => copy('code', code) }, say(ui.copied === 'code' ? 'copied' : 'copy')),
      ),
      ui.run && outcome(ui.run),
    ].filter((child) => child !== undefined),
  );
  if (ui.run && card.scrollHeight !== seenHeight) {
    seenHeight = card.scrollHeight;
    card.scrollTop = seenHeight;
  }
}

/** @param {'isIncludeSender' | 'verifyBlacklist'} name */
const flag = (name) =>
  h(
    'label.flag',
    h('input', { type: 'checkbox', checked: ui[name], change: () => show({ [name]: !ui[name] }) }),
    h('code', name),
  );

/** The last request that came from elsewhere, in a sentence. */
function foreign() {
  const entry = history.entries.findLast(
    (entry) => entry.event === 'publish' && entry.via === 'rongcloud' && !isOwn(entry),
  );
  return entry?.event === 'publish' ? sentenceOf(entry) : undefined;
}

/** The messages that this page has sent as a back end. @type {Set<string>} */
const own = new Set();

/** @param {{ report: Publish['report'] }} publish */
const isOwn = ({ report }) => own.has(report.recipients[0]?.messageUID ?? '');

/** What RongCloud tells, and beside it what it does not. @param {NonNullable<typeof ui.run>} run */
function outcome({ status, body, uid }) {
  const entry = history.entries.findLast(
    (entry) =>
      entry.event === 'publish' && uid !== undefined && entry.report.recipients[0]?.messageUID === uid,
  );
  return h(
    'div.outcome',
    { role: 'status' },
    h('small', say('answer')),
    h('p', status && h('b', `${status} `), h('code', body || '…')),
    entry?.event === 'publish' && [h('small', say('truth')), h('p.truth', sentenceOf(entry))],
  );
}

async function run() {
  show({ run: { body: '' } });
  try {
    const answer = await sendAsBackEnd(path, fields());
    show({ run: answer });
  } catch (error) {
    if (error instanceof Refused) show({ run: { status: error.status, body: error.body } });
    else show({ run: { body: say('noAnswer', say('gone')) } });
  }
}

/**
 * A call as the app's server makes it.
 * @param {string} path
 * @param {[string, string][]} fields
 */
export async function sendAsBackEnd(path, fields) {
  const { status, body } = await post(path, fields);
  /** @type {{ messageUIDs?: { messageUID: string }[] }} */
  const { messageUIDs = [] } = JSON.parse(body);
  const uid = messageUIDs[0]?.messageUID;
  if (uid !== undefined) own.add(uid);
  return { status, body, uid };
}

/** In closed mode a request is signed: with what the simulator tells. */
export async function learnHeaders() {
  if (isClosed()) headers = await signedHeaders();
  show({});
}

/**
 * @param {string} what
 * @param {string} text
 */
export async function copy(what, text) {
  await navigator.clipboard.writeText(text);
  show({ copied: what });
  afterReal(2000, () => ui.copied === what && show({ copied: undefined }));
}
