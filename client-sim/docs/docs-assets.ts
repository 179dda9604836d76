import { createHash } from 'node:crypto';

/** The look of `/docs`: of the same family as the page at `/`. */
export const style = `
:root { color-scheme: light dark; --page: light-dark(#f6f7f9, #0b0d12); --card: light-dark(#fff, #12151c); --sunk: light-dark(#f3f4f7, #0e1117); --line: light-dark(#e3e6ec, #262b37); --ink: light-dark(#12151c, #eceef4); --quiet: light-dark(#5b6372, #9aa3b5); --green: light-dark(#0f7a3d, #4ade80); --amber: light-dark(#a84a00, #fbb040); font: 15px/1.5 system-ui, sans-serif; scroll-padding-top: 24px; }
* { box-sizing: border-box; min-width: 0; }
body { margin: 0; background: var(--page); color: var(--ink); display: grid; grid-template-columns: 300px minmax(0, 1fr); }
a { color: inherit; }
h1, h2, h3 { line-height: 1.25; letter-spacing: -.01em; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 3rem 0 .25rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .25rem 0; }
.quiet, thead th { color: var(--quiet); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 24px 16px 24px 24px; border-right: 1px solid var(--line); font-size: .85rem; }
nav h2 { font-size: .85rem; margin: 20px 8px 4px; color: var(--quiet); font-weight: 500; letter-spacing: 0; }
nav ul { list-style: none; padding: 0; margin: 0; }
nav li a { display: flex; gap: 8px; padding: 4px 8px; border-radius: 8px; text-decoration: none; overflow-wrap: anywhere; }
nav li a:hover { background: var(--card); }
main { padding: 24px clamp(16px, 4vw, 56px) 40vh; max-width: 1080px; }
.verb { flex: none; width: 3.4em; font: 600 .75rem/1.9 ui-monospace, monospace; color: var(--green); }
.verb.DELETE { color: var(--amber); }
.verb.GET { color: var(--quiet); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 16px; margin-top: 14px; padding: 18px 20px; }
section:target { border-color: var(--ink); }
tr:target { background: var(--sunk); box-shadow: inset 3px 0 var(--amber); }
code, pre, textarea, input { font: .8rem/1.55 ui-monospace, monospace; }
h3 code { font-size: .95rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin-top: 12px; }
th, td { text-align: left; vertical-align: top; padding: 5px 16px 5px 0; border-top: 1px solid var(--line); font-weight: normal; }
thead th { border: 0; font-size: .8rem; }
td:first-child { font: .8rem/1.7 ui-monospace, monospace; white-space: nowrap; }
td:nth-child(3):not(:last-child) { min-width: 150px; }
td:last-child { width: 60%; }
.scroll { overflow-x: auto; }
pre, textarea { display: block; width: 100%; margin: 10px 0 0; background: var(--sunk); color: inherit; border: 0; border-radius: 10px; padding: 10px 12px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin-top: 12px; }
summary { cursor: pointer; font-weight: 550; width: max-content; }
form > div { display: flex; gap: 8px; margin-top: 10px; }
input { flex: 1; height: 34px; padding: 0 12px; border: 1px solid var(--line); border-radius: 9px; background: var(--card); color: inherit; }
button { height: 34px; padding: 0 14px; border: 0; border-radius: 9px; background: var(--ink); color: var(--card); font: 550 .9rem system-ui, sans-serif; cursor: pointer; }
pre:has(output:empty) { display: none; }
:focus-visible { outline: 2px solid light-dark(#2563eb, #7aa7ff); outline-offset: 2px; }
@media (width < 900px) { body { display: block; } nav { position: static; height: auto; max-height: 40vh; border: 0; border-bottom: 1px solid var(--line); } td:nth-child(3) { white-space: normal; } }
`;

/** *Try it*: sends what stands in the form, and shows the answer. The admin token is the page's at `/`, if it has one. */
export const script = `
const token = sessionStorage.getItem('adminToken');
const admin = token ? { Authorization: 'Bearer ' + token } : {};
for (const form of document.forms) form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { path, body, key } = form.elements;
  const output = form.querySelector('output');
  const appKey = key.value ? { 'App-Key': key.value } : {};
  output.textContent = '…';
  try {
    let headers = { ...admin, ...appKey };
    if (form.dataset.type === 'form' && token) headers = (await (await fetch('/sim/signature', { headers })).json()).headers;
    let data = body?.value;
    if (form.dataset.type === 'form') data = new URLSearchParams(data.split('\\n').filter(Boolean).map((line) => line.split(/=(.*)/s).slice(0, 2)));
    else if (data) headers['Content-Type'] = 'application/json';
    const response = await fetch(path.value, { method: form.dataset.method, headers, body: data });
    output.textContent = response.status + '  ' + (await response.text());
  } catch (error) {
    output.textContent = error.message;
  }
});
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page may load and run: its own style and script, and calls of this server. */
export const docsPolicy = policyOf(
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "connect-src 'self'",
  'img-src data:',
);

/** The headers of the page at `/`: nothing but what this server serves, and no script or style that stands in the page itself. */
export const pageHeaders = {
  'Content-Security-Policy': policyOf(
    ...['script', 'style', 'img', 'connect'].map((kind) => `${kind}-src 'self'`),
  ),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

function policyOf(...sources: string[]): string {
  const none = ['base-uri', 'form-action', 'frame-ancestors'].map((kind) => `${kind} 'none'`);
  return ["default-src 'none'", ...sources, ...none, "require-trusted-types-for 'script'"].join('; ');
}
