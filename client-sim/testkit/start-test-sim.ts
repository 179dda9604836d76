import { nanoid } from 'nanoid';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../server/index.ts';
import { inRealTicks } from './real-ticks.ts';
import { SimApp } from './sim-app.ts';

export interface TestSimOptions extends SimulatorOptions {
  /** Which app; unless told the only configured one, or the one of callers who name none. */
  appKey?: string;
}

/** Starts a simulator with one app, both closed by `close()`. @throws as `startSimulator` does */
export async function startTestSim({ appKey, ...options }: TestSimOptions = {}): Promise<SimApp> {
  const simulator = await inRealTicks(() => startSimulator(options));
  try {
    return new SimApp(simulator, simulator.app(appKey), () => simulator.close());
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

/** An app of its own in a simulator that others share: under a random key, unless told. */
export function createSimApp(simulator: Simulator, appKey = `test-${nanoid(12)}`): SimApp {
  return new SimApp(simulator, simulator.app(appKey));
}
