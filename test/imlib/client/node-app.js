import { createRequire } from 'node:module';
import { addBrowserGlobals } from './browser-globals.js';
import { loopbackOnly } from './loopback-only.js';
import { startWebApp } from './web-app.js';

// A child of a test: the web app in plain Node. Its argument is a file beside whose packages the client is.

const tell = (event, data) => process.send({ event, data });
loopbackOnly((host) => tell('BLOCKED', host));
addBrowserGlobals();
for (const level of ['log', 'info', 'warn', 'error']) console[level] = () => {}; // the client has much to say
const app = startWebApp(createRequire(process.argv[2])('@rongcloud/imlib-next'), tell);

process.on('message', async ({ id, method, args }) => {
  try {
    process.send({ id, result: await app[method](...args) });
  } catch (error) {
    process.send({ id, error: String(error.stack) });
  }
});
process.on('disconnect', () => process.exit());
tell('LOADED');
