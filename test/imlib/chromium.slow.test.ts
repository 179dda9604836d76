import { withoutBrowser } from '../fixtures/chromium.ts';
import { browserHost } from './browser-client.ts';
import { describeWebClient, webTest } from './web-client-suite.ts';

describeWebClient('Chromium', webTest(browserHost), withoutBrowser);
