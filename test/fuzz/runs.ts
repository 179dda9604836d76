import type fc from 'fast-check';
import { holds as holdsFor } from '../fixtures/property.ts';

/** How many times as much as usual: for a night instead of a minute. */
const times = Number(process.env.STATUS_SIM_FUZZ ?? 1);

/** Inputs of all properties together, of which one run of the suite has at least a hundred thousand. */
export const usual = {
  forms: 40_000,
  publishes: 15_000,
  frames: 20_000,
  logins: 6_000,
  tokens: 8_000,
  hosts: 8_000,
  requests: 6_000,
  bytes: 400,
  sessions: 150,
};

/** Holds for the usual number of these, or so many times it. */
export function holds(what: keyof typeof usual, property: fc.IRawProperty<unknown>): void | Promise<void> {
  return holdsFor(property as fc.IAsyncProperty<unknown>, usual[what] * times);
}

/** Time for one of them, which it does not come near. */
export const timeout = 300_000 * times;
