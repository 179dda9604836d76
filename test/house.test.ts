import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { expect, it } from 'vitest';

interface Floor {
  /** A file stands in the last room of the table whose path it begins with. */
  rooms: string[];
  /** The rooms of this floor do not import each other. */
  apart?: true;
  /** The only rooms below that it may import from; when not given, all of them. */
  sees?: string[];
}

/** Lowest first: a file imports from its own floor and from those below. */
const floors: Floor[] = [
  { rooms: ['server/version.ts', 'server/protocol/', 'server/broker/'], apart: true },
  { rooms: ['client-sim/'], sees: ['server/protocol/'] },
  { rooms: ['server/core/'] },
  { rooms: ['client-sim/docs/'], sees: ['server/version.ts', 'server/protocol/', 'server/core/'] },
  // What became of a message, and what an assertion about a client says: the same in the test kit and over HTTP.
  { rooms: ['client-sim/claims/'], sees: ['server/protocol/', 'server/core/', 'client-sim/'] },
  { rooms: ['server/presence/', 'server/clock/'], apart: true },
  {
    rooms: ['client-sim/hosted/'],
    sees: ['server/protocol/', 'server/core/', 'client-sim/', 'client-sim/claims/'],
  },
  { rooms: ['server/app/'] }, // all of one App-Key; knows no other node, and no fault
  { rooms: ['server/cluster/', 'server/faults/', 'server/webhook/', 'server/edge/'], apart: true },
  { rooms: ['server/http/', 'server/gateway/'], apart: true }, // the edges
  // Another dialect of the gateway's, with the calls that lead to it, and a faster way to write frames. Either may go.
  { rooms: ['server/gateway/imlib/', 'server/gateway/fast-frames/'], apart: true },
  { rooms: ['server/topology.ts', 'server/control.ts', 'server/simulator.ts', 'server/index.ts'] },
  { rooms: ['client-sim/swarm/'], sees: ['server/protocol/', 'client-sim/'] },
  { rooms: ['client-sim/cli/', 'client-sim/testkit/', 'client-sim/status-sim.ts'] },
  { rooms: ['test/'] },
];

const topLevel = [
  /^(server|client-sim|test)\//,
  /^package(-lock)?\.json$/,
  /^tsconfig(\.\w+)?\.json$/,
  /^(README(\.[\w-]+)?|CHANGELOG|CONTRIBUTING)\.md$|^LICENSE$/,
  /^(biome\.json|knip\.json|vitest\.config\.ts)$/,
  /^\./,
];

/** Ways to wait by the clock; an event or a barrier does better. The brackets keep it from finding itself. */
const wait =
  /\b(set(Timeout|Interval)|slee[p]|waitForTimeou[t]|vi\.wait(For|Until)|expect\.poll|timers\/promises)\b/;

/** Files of `test/` that wait by the clock all the same, each with its reason. */
const mayWait: Record<string, string> = {
  'test/fixtures/local-network.ts': 'plays a slow link',
};

/** What a test imports that starts them. */
const otherProcess = /'(node:child_process|playwright-core)'/;

const root = join(import.meta.dirname, '..');
const files = filesInGit();
const sources = files.filter((file) => /^(server|client-sim|test)\/.*\.[jt]s$/.test(file));
const imports = sources.flatMap(importsOf);

it('every source file stands on a floor', () => {
  expect(sources.filter((file) => !roomOf(file))).toEqual([]);
});

it('imports go down only', () => {
  const wrong = imports.filter(({ file, target }) => !mayImport(file, target));
  expect(wrong.map(({ place, target }) => `${place} imports ${target}`)).toEqual([]);
});

it('the edges know no cluster, and only the routes of faults know faults', () => {
  const layers = imports.filter(
    ({ file, target }) =>
      /^server\/(http|gateway)\//.test(file) && /^server\/(cluster|faults)\//.test(target),
  );
  expect(layers.filter(({ file }) => file !== 'server/http/fault-routes.ts')).toEqual([]);
});

it('the server has at most nine floors, twenty rooms, five loose files, and 250 lines in a file', () => {
  const ofServer = floors.map(({ rooms }) => rooms.filter((path) => path.startsWith('server/')));
  const levels = ofServer.filter((rooms) => rooms.length > 0).length;
  const loose = files.filter((file) => /^server\/[^/]+\.ts$/.test(file));
  expect([levels <= 9, ofServer.flat().length <= 20, loose.length <= 5]).toEqual([true, true, true]);
  const long = sources.filter((file) => file.startsWith('server/') && linesOf(file).length > 251);
  expect(long).toEqual([]);
});

it('of the clients, the server knows those that it runs, the way to it within the process, its documentation, and the sentences that explain it', () => {
  const known = imports.filter(
    ({ file, target }) => file.startsWith('server/') && target.startsWith('client-sim/'),
  );
  expect(
    known.filter(
      ({ target }) =>
        !/^client-sim\/(hosted\/|docs\/|claims\/(explain|hints|recipient-hints|unsimulated)|in-process-socket)/.test(
          target,
        ),
    ),
  ).toEqual([]);
});

it('no wait hangs on an AbortSignal that nobody holds', () => {
  const lines = sources.filter((file) => !file.startsWith('test/')).flatMap(linesOf);
  const waits = lines.filter(({ text }) => /AbortSignal\.(any|timeout)\(/.test(text));
  expect(waits.map(({ place, text }) => `${place} ${text.trim()}`)).toEqual([]);
});

it('no command waits by a `fetch`, which has no time limit', () => {
  const lines = sources.filter((file) => file.startsWith('client-sim/cli/')).flatMap(linesOf);
  expect(lines.filter(({ text }) => /\bfetch\(/.test(text))).toEqual([]);
});

it('imports make no circle', () => {
  expect(findCircles()).toEqual([]);
});

it('no test and no example waits by the clock', () => {
  const tests = files.filter((file) => file.startsWith('test/') && !(file in mayWait));
  const pages = files.filter((file) => file.endsWith('.md'));
  const lines = [...tests.flatMap(linesOf), ...pages.flatMap(exampleLinesOf)];
  const waits = lines.filter(({ text }) => wait.test(text));
  expect(waits.map(({ place, text }) => `${place} ${text.trim()}`)).toEqual([]);
});

it('a test that starts other processes is among the slow ones', () => {
  const starts = (file: string) => linesOf(file).some(({ text }) => otherProcess.test(text));
  const fast = files.filter((file) => /(?<!\.slow)\.test\.ts$/.test(file) && file !== 'test/house.test.ts');
  const wrong = fast.filter((file) =>
    reachedFrom(file).some((each) => each.startsWith('test/') && starts(each)),
  );
  expect(wrong).toEqual([]);
});

it('the top level holds what it is meant to hold', () => {
  expect(files.filter((file) => !topLevel.some((name) => name.test(file)))).toEqual([]);
});

/** What is committed, or would be by `git add --all`. */
it('a link from one document to another file leads to one', () => {
  const links = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => {
      const targets = readFileSync(join(root, file), 'utf8').matchAll(/\]\((?!https?:|#)([^)\s#]+)/g);
      return [...targets].map(([, target]) => `${file}: ${join(dirname(file), target!)}`);
    });
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter((link) => !existsSync(join(root, link.split(': ')[1]!)))).toEqual([]);
});

function filesInGit(): string[] {
  // A clone may belong to another user than the one who tests it.
  const list = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0');
  return names.filter((name) => name && existsSync(join(root, name)));
}

function linesOf(file: string) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  return lines.map((text, index) => ({ text, place: `${file}:${index + 1}` }));
}

/** The lines between the code fences of a Markdown file. */
function exampleLinesOf(file: string) {
  let fenced = false;
  return linesOf(file).filter(({ text }) => {
    if (text.trimStart().startsWith('```')) fenced = !fenced;
    return fenced;
  });
}

/** Imports of the project's own files, of types too: `from '…'`, `import '…'` and `import('…')`. */
function importsOf(file: string) {
  return linesOf(file).flatMap(({ text, place }) => {
    const paths = text.matchAll(/\b(?:from|import)\b[\s(]*'(\.[^']+)'/g);
    const targets = [...paths].map(([, path]) => join(dirname(file), path!));
    return targets.filter((target) => sources.includes(target)).map((target) => ({ file, place, target }));
  });
}

function roomOf(file: string) {
  const rooms = floors.flatMap((floor, level) => floor.rooms.map((path) => ({ path, level, ...floor })));
  return rooms.findLast(({ path }) => file.startsWith(path));
}

function mayImport(file: string, target: string): boolean {
  const from = roomOf(file);
  const to = roomOf(target);
  if (!from || !to || from.path === to.path) return true;
  if (from.level === to.level) return !from.apart;
  return from.level > to.level && (from.sees?.includes(to.path) ?? true);
}

/** A file, and all that it imports, directly or not. */
function reachedFrom(file: string, reached = new Set<string>()): string[] {
  if (reached.has(file)) return [];
  reached.add(file);
  for (const each of imports) if (each.file === file) reachedFrom(each.target, reached);
  return [...reached];
}

/** One sentence for each import that leads back to a file on the way to it. */
function findCircles(): string[] {
  const seen = new Set<string>();
  const follow = (way: string[]): string[] => {
    const file = way.at(-1)!;
    if (seen.has(file)) return [];
    seen.add(file);
    return imports
      .filter((entry) => entry.file === file)
      .flatMap(({ place, target }) => {
        if (!way.includes(target)) return follow([...way, target]);
        return `${place} closes a circle: ${[...way.slice(way.indexOf(target)), target].join(' → ')}`;
      });
  };
  return sources.flatMap((file) => follow([file]));
}
