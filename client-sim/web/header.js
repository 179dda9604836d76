import { copy } from './back-end.js';
import { byId, draw, h, icon } from './draw.js';
import { follow } from './feed.js';
import { menu } from './menu.js';
import { appKey, useAdminToken } from './simulator.js';
import { history, say, show, ui } from './store.js';
import { startTour } from './tour.js';

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
prefersDark.addEventListener('change', () => show({}));

const isDark = () => (ui.theme ? ui.theme === 'dark' : prefersDark.matches);

export function drawHeader() {
  document.documentElement.lang = ui.language === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  const isLive = history.now.live !== false;
  document.documentElement.dataset.live = String(isLive);
  draw(byId('top'), [
    h('img', { src: 'icon.svg', alt: '', width: '28', height: '28' }),
    h('div.brand', h('h1', 'status-sim'), h('p', say('claim'))),
    chip(isLive),
    h('button.primary', { click: () => startTour(0) }, say('playTour')),
    h(
      'button',
      {
        class: 'language',
        lang: ui.language === 'zh' ? 'en' : 'zh-CN',
        click: switchLanguage,
      },
      say('otherLanguage'),
    ),
    menu('more', { label: say('more'), class: 'square' }, icon('dots'), [
      h(
        'label.item',
        h('input', {
          type: 'checkbox',
          role: 'switch',
          class: 'switch',
          checked: isDark(),
          change: switchTheme,
        }),
        say('darkMode'),
      ),
      h('button', { click: () => show({ lab: true, menu: undefined, focus: '#lab button' }) }, say('lab')),
      h('a.item', { href: '/docs' }, say('docs')),
    ]),
  ]);
  document.body.classList.toggle('closed', ui.admin !== undefined);
  draw(byId('notice'), notices());
}

/** Which app is on the page. @param {boolean} isLive */
function chip(isLive) {
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    const field = /** @type {HTMLFormElement} */ (event.target).elements.namedItem('appKey');
    const key = /** @type {HTMLInputElement} */ (field).value.trim();
    location.search = key && key !== 'default' ? String(new URLSearchParams({ appKey: key })) : '';
  };
  return menu(
    'app',
    { class: 'chip' },
    [
      h('i', { class: isLive ? 'dot' : 'dot gone' }),
      h('span', say('app'), ' '),
      h('code', { title: appKey }, appKey),
    ],
    [
      h('button', { click: () => copy('key', appKey) }, say(ui.copied === 'key' ? 'copied' : 'copyKey')),
      h(
        'form',
        { submit },
        h('input', {
          name: 'appKey',
          placeholder: 'default',
          maxlength: '64',
          label: say('changeApp'),
          autocomplete: 'off',
        }),
        h('button.primary', say('open')),
      ),
    ],
  );
}

function notices() {
  if (ui.admin !== undefined) return [adminForm(ui.admin)];
  if (history.now.live === false) return [h('p.alert', say('gone'))];
  if (!ui.notice) return [];
  return [
    h(
      'p.alert',
      say(...ui.notice),
      ' ',
      h('button', { click: () => show({ notice: undefined }) }, say('dismiss')),
    ),
  ];
}

/** @param {string} reason */
function adminForm(reason) {
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    const field = /** @type {HTMLFormElement} */ (event.target).elements.namedItem('token');
    useAdminToken(/** @type {HTMLInputElement} */ (field).value.trim());
    follow();
  };
  return h(
    'form.card.admin',
    { submit },
    h('h2', say('adminTitle')),
    h('p', say('adminSays')),
    reason && h('p.dropped', say('adminWrong', reason)),
    h(
      'label',
      h('span', say('adminToken')),
      h('input', { name: 'token', type: 'password', required: true, autocomplete: 'off' }),
    ),
    h('button.primary', say('open')),
  );
}

function switchLanguage() {
  const language = ui.language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('language', language);
  show({ language });
}

function switchTheme() {
  const theme = isDark() ? 'light' : 'dark';
  localStorage.setItem('theme', theme);
  show({ theme });
}
