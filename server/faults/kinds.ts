import { faultEffects, simAbout } from '../../client-sim/docs/sim-docs.ts';
import { choiceParameter, numberParameter, optional, type Parameters } from '../core/parameters.ts';
import { aimParameters } from '../presence/aim.ts';
import { limits } from '../protocol/limits.ts';
import type { Fault, FaultName, FaultSpec, Spec, Stage } from './fault.ts';
import { disconnectAt, dropNext, holdMessages } from './message-faults.ts';
import { holdPublish, loseResponse, refusals, refusePublish } from './publish-faults.ts';
import { freeze, halfOpen, reset } from './session-faults.ts';
import { webhookFault } from './webhook-faults.ts';

const fault = choiceParameter('fault', Object.keys(faultEffects) as FaultName[], simAbout.fault);
const aim = aimParameters;
const userId = { ...aim.userId, ...simAbout.faultyUser };
const sender = { userId: optional(userId) };
const count = numberParameter('count', 1, limits.faultCount, simAbout.count);
const probability = numberParameter('probability', 0, 1, simAbout.probability, 'number');
const odds = { count: optional(count), probability: optional(probability) };
const delayMs = numberParameter('delayMs', 1, limits.delayMs, simAbout.delayMs);
const recipient = numberParameter('recipient', 1, limits.recipients, simAbout.recipient);
const code = choiceParameter('code', [...refusals.keys()], simAbout.code);

/** What each fault is set with, besides its name, and what makes it. */
export const kinds: { readonly [Name in FaultName]: Kind<Spec<Name>> } = {
  'half-open': [aim, halfOpen],
  freeze: [aim, freeze],
  reset: [aim, reset],
  delay: [{ ...aim, delayMs }, holdMessages],
  'drop-next': [{ ...aim, count }, dropNext],
  'disconnect-at': [{ ...aim, recipient }, disconnectAt],
  'refuse-publish': [{ ...sender, code, ...odds }, refusePublish],
  'lose-response': [{ ...sender, count: odds.count }, loseResponse],
  'hold-publish': [{ userId }, holdPublish],
  'hold-arrival': [aim, holdMessages],
  'webhook-refuse': [{ ...sender, ...odds }, webhookFault],
  'webhook-repeat': [{ ...sender, ...odds }, webhookFault],
  'webhook-delay': [{ ...sender, delayMs, ...odds }, webhookFault],
  'webhook-reorder': [{ ...sender, ...odds }, webhookFault],
};

type Kind<S extends FaultSpec> = readonly [parameters: Parameters, make: (spec: S, stage: Stage) => Fault];
/** One of them, whichever it is. */
export type AnyKind = Kind<FaultSpec>;

/** By which faults are chosen, where all are meant unless told otherwise. */
export const choice = { fault: optional(fault), ...aim, userId: optional(userId) };

/** All that a fault may be set with. Which of these are allowed or required depends on the fault. */
export const faultParameters = {
  ...choice,
  fault,
  ...odds,
  delayMs: optional(delayMs),
  recipient: optional(recipient),
  code: optional(code),
};
