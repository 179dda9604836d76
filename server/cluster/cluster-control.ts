import type { LocalApp } from '../app/app.ts';
import { settled, settleMs } from '../app/control.ts';
import type { Control, ListChange } from '../app/ports.ts';
import type { ClockReading, ClockStep } from '../clock/app-clock.ts';
import type { Settled, SettledHere } from '../presence/settle.ts';
import type { DatedChange, ListVersions } from './list-versions.ts';
import type { RemoteApp } from './remote-app.ts';

/** Real time that the other nodes have to steer a clock: it fires what is due, and waits for what comes of it. */
const steerMs = 60_000;

/** Changes the state of one app on all nodes. @throws ApiError 1050, most of it, when a node does not answer */
export class ClusterControl implements Control {
  readonly #local: LocalApp;
  readonly #remote: RemoteApp;
  readonly #versions: ListVersions;

  constructor(local: LocalApp, remote: RemoteApp, versions: ListVersions) {
    this.#local = local;
    this.#remote = remote;
    this.#versions = versions;
  }

  async change(change: ListChange): Promise<void> {
    this.#local.control.checkChange(change);
    const dated = { ...change, at: this.#versions.nextTime() };
    if (this.#remote.isAlone) this.applyChange(dated);
    else await this.#remote.change(dated, () => this.applyChange(dated));
  }

  /** On this node. */
  applyChange(change: DatedChange): void {
    this.#local.control.applyChange(change);
    this.#versions.note(change);
  }

  async disconnect(userId: string): Promise<number> {
    const here = this.#local.control.disconnect(userId);
    const { bodies } = await this.#remote.request('disconnect', { userId });
    return bodies.reduce<number>((sum, there) => sum + (Number.isInteger(there) ? Number(there) : 0), here);
  }

  async settle(timeoutMs = settleMs): Promise<Settled> {
    const there = this.#remote.require('settle', { timeoutMs }, timeoutMs) as Promise<SettledHere[]>;
    const [here, others] = await Promise.all([this.#local.barrier.settle(timeoutMs), there]);
    return settled([here, ...others], timeoutMs);
  }

  async steer(step: ClockStep): Promise<ClockReading> {
    const there = this.#remote.require('steer', step, steerMs);
    const [reading] = await Promise.all([this.#local.clock.steer(step), there]);
    return reading;
  }

  async reset(): Promise<void> {
    const at = this.#versions.nextTime();
    this.resetHere(at);
    await this.#remote.require('reset', { at });
  }

  /** On this node, as of this time: lists that another one has changed later stay. */
  resetHere(at: number): void {
    const later = this.#versions.changedAfter(at);
    this.#local.control.reset();
    this.#versions.clear(at);
    for (const { list, id, members } of later) {
      this.#local.control.applyChange({ list, change: 'add', id, members });
    }
  }

  close(): void {
    this.#local.control.close();
  }
}
