import assert from 'node:assert/strict';
import { forgetAwaits, runners } from './forgotten-awaits.ts';

// The same with a runner that is no dependency of ours: which one, and the folder where it and the package are installed.
const [runner, folder] = process.argv.slice(2) as [keyof typeof runners, string];
const { expected, actual } = await forgetAwaits(runners[runner], folder, (name) => `status-sim/${name}`);
assert.deepEqual(actual, expected);
