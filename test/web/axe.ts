import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What an accessibility scan finds, each as a sentence. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const only = "{ resultTypes: ['violations'] }"; // it looks at all, but spares the proofs of what is right
  const { violations } = (await page.evaluate(`axe.run(${only})`)) as AxeResults;
  return violations.flatMap(({ help, nodes }) => nodes.map(({ target }) => `${help}: ${target}`));
}
