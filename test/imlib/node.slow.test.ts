import { nodeHost } from './node-client.ts';
import { describeWebClient, webTest } from './web-client-suite.ts';

describeWebClient('plain Node', webTest(nodeHost('5.38.0')));
