import { availableParallelism, cpus, release } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  processor: string;
  cores: number;
  kernel: string;
  node: string;
  /** Day of the run, as YYYY-MM-DD. */
  day: string;
}

export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    kernel: release(),
    node: process.version,
    day: new Date().toISOString().slice(0, 10),
  };
}
