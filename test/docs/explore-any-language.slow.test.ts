import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { it } from '../cli/command.ts';

const page = readFileSync(
  join(import.meta.dirname, '../../client-sim/testkit/explore-any-language.md'),
  'utf8',
);
const [program, , told] = [...page.matchAll(/^```\w+.*\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);

const { status } = spawnSync('python3', ['--version']);
if (status !== 0)
  process.stderr.write('\nSKIPPED: python3 is missing, so explore-any-language.md is not run.\n');
const isSkipped = status !== 0 && process.env.STATUS_SIM_REQUIRE_ALL !== '1';

it.skipIf(isSkipped)('the loop in Python finds what the page says', async ({ simulator, runToEnd }) => {
  const python = { command: ['python3'], env: { STATUS_SIM_URL: simulator.url } };
  const { stdout, stderr } = await runToEnd(['-c', program!], python);
  expect(stdout, stderr).toBe(told);
});

it.skipIf(isSkipped)('and nothing in a scenario that is right', async ({ simulator, runToEnd }) => {
  const python = { command: ['python3'], env: { STATUS_SIM_URL: simulator.url } };
  const apart = '        app.publish("RC:TypSts")\n\n    def bot():\n';
  expect(program).toContain(apart);
  const right = program!.replace(apart, '        app.publish("RC:TypSts")\n').replace('"bot": bot(), ', '');
  const { stdout, stderr } = await runToEnd(['-c', right], python);
  expect(stdout, stderr).toBe('6 orders, and none fails.\n');
});
