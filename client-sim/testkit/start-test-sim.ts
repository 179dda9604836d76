import { nanoid } from 'nanoid';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../server/index.ts';
import { inRealTicks } from './real-ticks.ts';
import { SimApp } from './sim-app.ts';

export interface TestSimOptions extends SimulatorOptions {
  /** Default: the only configured app, or in open mode `default`. */
  appKey?: string;
}

/** Starts a simulator with one app; `close()` ends both. Rejects as `startSimulator` does. */
export async function startTestSim({ appKey, ...options }: TestSimOptions = {}): Promise<SimApp> {
  const simulator = await inRealTicks(() => startSimulator(options));
  try {
    return new SimApp(simulator, simulator.app(appKey), () => simulator.close());
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

/** Makes an app in a shared simulator, by default under a random key. */
export function createSimApp(simulator: Simulator, appKey = `test-${nanoid(12)}`): SimApp {
  return new SimApp(simulator, simulator.app(appKey));
}
