import type { LocalApp } from '../app/app.ts';
import { settled, settleMs } from '../app/control.ts';
import type { Control, ListChange } from '../app/ports.ts';
import type { ClockReading, ClockStep } from '../clock/app-clock.ts';
import type { Settled } from '../presence/settle.ts';
import type { DatedChange, ListVersions } from './list-versions.ts';
import type { RemoteApp } from './remote-app.ts';

/** Changes the state of one app on all nodes. */
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
    return here + (this.#remote.isAlone ? 0 : await this.#remote.disconnect(userId));
  }

  /** @throws ApiError 1050 also when a node does not answer */
  async settle(timeoutMs = settleMs): Promise<Settled> {
    const there = this.#remote.isAlone ? [] : this.#remote.settle(timeoutMs);
    const [here, others] = await Promise.all([this.#local.barrier.settle(timeoutMs), there]);
    return settled([here, ...others], timeoutMs);
  }

  /** @throws ApiError 1050 when a node does not answer */
  async steer(step: ClockStep): Promise<ClockReading> {
    const there = this.#remote.isAlone ? undefined : this.#remote.steer(step);
    const [reading] = await Promise.all([this.#local.clock.steer(step), there]);
    return reading;
  }

  /** @throws ApiError 1050 as above */
  async reset(): Promise<void> {
    const at = this.#versions.nextTime();
    this.resetHere(at);
    if (!this.#remote.isAlone) await this.#remote.reset(at);
  }

  /** On this node, as of this time. */
  resetHere(at = this.#versions.nextTime()): void {
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
