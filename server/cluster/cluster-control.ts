import type { LocalApp } from '../app/app.ts';
import { settled, settleMs } from '../app/control.ts';
import type { Control } from '../app/ports.ts';
import type { SettledHere } from '../presence/settle.ts';
import type { DatedChange, ListVersions } from './list-versions.ts';
import type { RemoteApp } from './remote-app.ts';

/** Real time that the other nodes have to steer a clock: it fires what is due, and waits for what comes of it. */
const steerMs = 60_000;

/** Changes the state of one app on all nodes. @throws ApiError 1050, most of it, when a node does not answer */
export interface ClusterControl extends Control {
  /** On this node. */
  applyChange(change: DatedChange): void;
  /** On this node, as of this time: lists that another one has changed later stay. */
  resetHere(at: number): void;
}

export function clusterControl(local: LocalApp, remote: RemoteApp, versions: ListVersions): ClusterControl {
  const { control } = local;
  return {
    async change(change) {
      control.checkChange(change);
      const dated = { ...change, at: versions.nextTime() };
      if (remote.isAlone) this.applyChange(dated);
      else await remote.change(dated, () => this.applyChange(dated));
    },
    applyChange(change) {
      control.applyChange(change);
      versions.note(change);
    },
    async disconnect(userId) {
      const here = control.disconnect(userId);
      const { bodies } = await remote.request('disconnect', { userId });
      return bodies.filter(Number.isInteger).reduce<number>((sum, there) => sum + Number(there), here);
    },
    async settle(timeoutMs = settleMs) {
      const there = remote.require('settle', { timeoutMs }, timeoutMs) as Promise<SettledHere[]>;
      const [here, others] = await Promise.all([local.barrier.settle(timeoutMs), there]);
      return settled([here, ...others], timeoutMs);
    },
    async steer(step) {
      const there = remote.require('steer', step, steerMs);
      const [reading] = await Promise.all([local.clock.steer(step), there]);
      return reading;
    },
    async reset() {
      const at = versions.nextTime();
      this.resetHere(at);
      await remote.require('reset', { at });
    },
    resetHere(at) {
      const later = versions.changedAfter(at);
      control.reset();
      versions.clear(at);
      for (const { list, id, members } of later) control.applyChange({ list, change: 'add', id, members });
    },
    close: () => control.close(),
  };
}
