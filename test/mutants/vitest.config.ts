import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** About texts of the repository, which a mutant changes, or about types, which it does not. */
const aboutTexts = [
  'house',
  'rules',
  'supply-chain',
  'docs/*',
  'web/*',
  'bench/*',
  'testkit/types',
  'testkit/isolation',
];

/** By the number of a mutant, the file that it is in: Stryker has written it there. */
function filesOfMutants(root: string): Map<string, string> {
  const names = ['server', 'client-sim'].flatMap((folder) => {
    const inside = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    return inside.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
  });
  return new Map(
    names.flatMap((name) => {
      const numbers = readFileSync(join(root, name), 'utf8').matchAll(/stryMutAct_\w+\("(\d+)"\)/g);
      return [...numbers].map(([, number]): [string, string] => [number!, name]);
    }),
  );
}

let files: Map<string, string> | undefined;

/** First the tests of the mutant's own file and room; then whatever is quick. */
class LikelyFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    files ??= filesOfMutants(root);
    const { activeMutant } = this.ctx.getRootProject().getProvidedContext() as { activeMutant?: string };
    const mutated = parse(files.get(activeMutant ?? '') ?? '');
    const rank = ({ project, moduleId }: TestSpecification) => {
      const path = moduleId.slice(root.length);
      const { duration = 0 } = this.ctx.cache.getFileTestResults(`${project.name}:${path}`) ?? {};
      if (path.includes(`/${mutated.name}.`)) return -2;
      return path.includes(`/${mutated.dir.split('/')[1]}/`) ? -1 : duration;
    };
    return specifications.toSorted((one, other) => rank(one) - rank(other));
  }
}

/** The tests that the mutants outside of `server/core/` have to get past: the fast ones, on one node. */
export default defineConfig({
  test: {
    name: 'one node',
    include: ['test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      'test/**/*.slow.test.ts',
      '**/*-law.test.ts',
      'test/gateway/client-connection.test.ts', // counts writes at the end of a turn, and Stryker has turns of its own
      ...aboutTexts.map((name) => `test/${name}.test.ts`),
    ],
    isolate: false,
    restoreMocks: true,
    sequence: { sequencer: LikelyFirst },
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
