import { byId, draw, h } from './draw.js';
import { appKey, post } from './simulator.js';
import { say, ui } from './store.js';
import { avatar, colorOf, nameOf } from './user.js';

/** RongCloud's own, as its package is; the simulator serves it where there is one. */
const path = './rongcloud/imlib-next.mjs';
const imlib = await import(path);

const maxLines = 50;

const userId = new URLSearchParams(location.search).get('userId') || 'bob';

/** What the client has told so far. */
const told = {
  state: /** @type {string} */ (say('connecting')),
  isOnline: false,
  lines: /** @type {{ from: string, text: string }[]} */ ([]),
  typing: /** @type {string[]} */ ([]),
  /** To whom typing is told: who has written last. */
  partner: userId === 'alice' ? 'bob' : 'alice',
};

function redraw() {
  const { state, isOnline, lines, typing, partner } = told;
  draw(byId('web-client'), [
    h(
      'section',
      {
        class: `phone ${colorOf(userId)}`,
        label: nameOf(userId),
        'data-standing': isOnline ? 'online' : 'off',
      },
      h(
        'header',
        avatar(userId),
        h('div.who', h('h1', say('webClientOf', nameOf(userId))), h('p.standing', { role: 'status' }, state)),
      ),
      h(
        'div.chat',
        { role: 'log', tabindex: '0', label: say('webClientOf', nameOf(userId)) },
        h(
          'div',
          lines.map(({ from, text }) =>
            h('div', { class: `bubble ${colorOf(from)}` }, h('b', nameOf(from)), h('span', text)),
          ),
          typing.map((from) =>
            h('div', { class: `bubble ${colorOf(from)}` }, h('span', say('typingNow', nameOf(from)))),
          ),
        ),
      ),
      h(
        'form',
        { submit: (/** @type {Event} */ event) => event.preventDefault() },
        h('input', {
          autocomplete: 'off',
          placeholder: say('typeTo', nameOf(partner)),
          label: say('typeTo', nameOf(partner)),
          input: () => imlib.sendTypingStatusMessage({ conversationType: 1, targetId: partner }, 'RC:TxtMsg'),
        }),
      ),
    ),
  ]);
}

/**
 * @param {string} state
 * @param {boolean} [isOnline]
 */
function enter(state, isOnline = false) {
  Object.assign(told, { state, isOnline, typing: isOnline ? told.typing : [] });
  redraw();
}

/** @param {{ senderUserId: string, messageType: string, content: { content?: unknown } }[]} messages */
function show(messages) {
  for (const { senderUserId, messageType, content } of messages) {
    const text = typeof content.content === 'string' ? content.content : messageType;
    told.lines = [...told.lines, { from: senderUserId, text }].slice(-maxLines);
    if (senderUserId !== userId) told.partner = senderUserId;
  }
  redraw();
}

/** @type {Record<string, (event: any) => void>} */
const listeners = {
  CONNECTING: () => enter(say('connecting')),
  CONNECTED: () => enter(say('online'), true),
  SUSPEND: (code) => enter(`${say('connecting')} ${code}`),
  DISCONNECT: (code) => enter(`${say('off')} ${code}`),
  MESSAGES: ({ messages }) => show(messages),
  TYPING_STATUS: ({ status }) => {
    told.typing = status.flatMap((/** @type {{ list: { userId: string }[] }} */ { list }) =>
      list.map((each) => each.userId),
    );
    redraw();
  },
};

document.documentElement.lang = ui.language === 'zh' ? 'zh-CN' : 'en';
if (ui.theme) document.documentElement.dataset.theme = ui.theme;
document.title = say('webClientOf', nameOf(userId));
redraw();
imlib.init({ appkey: appKey });
for (const [name, listener] of Object.entries(listeners))
  imlib.addEventListener(imlib.Events[name], listener);
try {
  const { body } = await post('/user/getToken.json', [
    ['userId', userId],
    ['name', userId],
  ]);
  const { code } = await imlib.connect(JSON.parse(body).token);
  if (code !== 0) enter(`${say('off')} ${code}`);
} catch (error) {
  enter(error instanceof Error ? error.message : String(error));
}
