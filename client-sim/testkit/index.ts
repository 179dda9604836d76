export type { MessagePattern } from '../claims/message-pattern.ts';
export type { SimClient } from '../client.ts';
export type { ReceivedFrame } from '../inbox.ts';
export { type ClientAssertions, expectClient, expectNone } from './expect-client.ts';
export { expectReport, type ReportAssertions } from './expect-report.ts';
export { matchers } from './matchers.ts';
export type { SimApp, SimConnect, SimPublish } from './sim-app.ts';
export { createSimApp, startTestSim, type TestSimOptions } from './start-test-sim.ts';
export type { Verdict } from './verdict.ts';
