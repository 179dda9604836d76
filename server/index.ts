export type { UserPresence } from './app.ts';
export type { Broker, BrokerListener } from './cluster/broker.ts';
export { ApiError } from './core/api-error.ts';
export type {
  DeliveryReport,
  DropReason,
  EchoOutcome,
  RecipientOutcome,
} from './core/delivery-report.ts';
export { explain } from './core/explain.ts';
export type { PublishEvent, RefusedEvent, SessionEvent, SimEvent } from './core/sim-event.ts';
export type { FaultName, FaultSpec } from './faults/fault.ts';
export type { Settled, Unconfirmed } from './presence/settle.ts';
export type { AppCredentials, ClusterOptions, SimulatorOptions, WebhookTarget } from './settings.ts';
export {
  type AppChoice,
  type AppControl,
  type ClusterNode,
  type FaultControl,
  type PublishFields,
  type PublishOutcome,
  type Simulator,
  startSimulator,
} from './simulator.ts';
