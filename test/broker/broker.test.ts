import { LocalNetwork } from '../fixtures/local-network.ts';
import { describeBroker } from './broker-suite.ts';

describeBroker('in-process', async () => {
  const network = new LocalNetwork();
  return {
    broker: async () => network.broker(),
    stop: async () => network.down(true),
    start: async () => network.down(false),
    close: async () => {},
  };
});
