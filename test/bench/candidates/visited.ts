import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Simulator, SimulatorOptions } from '../../../server/index.ts';
import type { Candidate } from '../candidate.ts';
import { freePort } from '../free-port.ts';
import { connectPath, portOf, startBuilt, statusSim } from './status-sim.ts';

/** Each brings two events: more than may wait for a webhook (B8.5). */
const visits = 6000;
const visitsAtOnce = 100;

export const visited: Candidate = {
  name: 'visited',
  about: `this project after ${visits} clients came and went`,
  wire: statusSim.wire,
  isVariant: true,
  serve: async () => portOf(await startVisited()),
};

export const webhookDown: Candidate = {
  name: 'webhook-down',
  about: 'the same with a webhook that nobody listens at, and so with a full queue',
  wire: statusSim.wire,
  isVariant: true,
  async serve() {
    const url = `http://127.0.0.1:${await freePort()}/`;
    return portOf(await startVisited({ webhooks: [{ url }] }));
  },
};

async function startVisited(options?: SimulatorOptions): Promise<Simulator> {
  const simulator = await startBuilt(options);
  for (let count = 0; count < visits; count += visitsAtOnce) {
    await Promise.all(Array.from({ length: visitsAtOnce }, () => visit(simulator.wsUrl)));
  }
  return simulator;
}

async function visit(wsUrl: string): Promise<void> {
  const socket = new WebSocket(new URL(connectPath('visitor'), wsUrl));
  await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
}
