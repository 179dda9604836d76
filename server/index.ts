export { explain } from '../client-sim/claims/explain.ts';
export type { InitialState } from '../client-sim/hosted/initial-state.ts';
export type { Settled, Unconfirmed, UserPresence } from './app/ports.ts';
export type { AppCredentials, ClusterOptions, SimulatorOptions, WebhookTarget } from './app/settings.ts';
export type { Broker, BrokerListener } from './broker/broker.ts';
export type { AppControl, FaultControl } from './control.ts';
export { ApiError } from './core/api-error.ts';
export type {
  DeliveryReport,
  DropReason,
  EchoOutcome,
  RecipientOutcome,
} from './core/delivery-report.ts';
export type { AcceptedEvent, PublishEvent, RefusedEvent, SessionEvent, SimEvent } from './core/sim-event.ts';
export type { FaultName, FaultSpec } from './faults/fault.ts';
export {
  type AppChoice,
  type ClusterNode,
  type PublishFields,
  type PublishOutcome,
  type Simulator,
  startSimulator,
} from './simulator.ts';
