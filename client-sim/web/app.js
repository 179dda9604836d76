import { byId } from './element.js';
import { openEventFeed } from './event-feed.js';
import { speakUp } from './language.js';
import { showServerCall } from './server-call.js';
import './tour.js';

const theme = byId('theme', HTMLInputElement);
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

function showTheme() {
  const chosen = localStorage.getItem('theme');
  theme.checked = chosen ? chosen === 'dark' : prefersDark.matches;
  document.documentElement.dataset.theme = theme.checked ? 'dark' : 'light';
}

/** @param {boolean} switched */
function showLanguage(switched) {
  speakUp(switched);
  showServerCall();
}

theme.addEventListener('change', () => {
  localStorage.setItem('theme', theme.checked ? 'dark' : 'light');
  showTheme();
});
prefersDark.addEventListener('change', showTheme);
byId('language').addEventListener('click', () => showLanguage(true));
showTheme();
showLanguage(false);
openEventFeed();
