import type { Candidate } from '../candidate.ts';
import { barePost } from './bare-post.ts';
import { fastifyWs } from './fastify-ws.ts';
import { fastifyWsRules } from './fastify-ws-rules.ts';
import { floorC } from './floor-c.ts';
import { floorNode } from './floor-node.ts';
import { imlib } from './imlib.ts';
import { mosquitto } from './mosquitto.ts';
import { nats } from './nats.ts';
import { nchan } from './nchan.ts';
import { socketIo } from './socket-io.ts';
import { statusSim } from './status-sim.ts';
import { uWebSockets } from './uwebsockets.ts';
import { visited, webhookDown } from './visited.ts';

/** In the order in which they are measured and listed. */
export const allCandidates: readonly Candidate[] = [
  floorC,
  floorNode,
  statusSim,
  uWebSockets,
  fastifyWs,
  fastifyWsRules,
  nats,
  nchan,
  mosquitto,
  socketIo,
  barePost,
  visited,
  webhookDown,
  imlib,
];
