import { Command } from 'commander';
import { addPublish } from '../../client-sim/cli/publish.ts';
import { addRun } from '../../client-sim/cli/run.ts';
import { addServe } from '../../client-sim/cli/serve.ts';
import { addWho } from '../../client-sim/cli/who.ts';
import type { OpenApi, Operation } from '../../client-sim/docs/openapi.ts';
import { startSimulator } from '../../server/index.ts';

/** What `npm run docs` writes for agents, by file: the words of `/docs` and of the command's help, in an order to act in. */
export async function agentDocs(): Promise<Record<string, string>> {
  await using simulator = await startSimulator();
  const response = await fetch(`${simulator.url}/docs/json`);
  const { paths } = (await response.json()) as OpenApi;
  const chapters = chaptersOf(paths);
  return { 'client-sim/llms.txt': llmsText(chapters), 'client-sim/SKILL.md': skill(chapters) };
}

type Chapters = Record<'start' | 'assert' | 'explain' | 'steer', string>;

/** @throws Error for a call that is none any more */
function chaptersOf(paths: OpenApi['paths']): Chapters {
  const calls = new Map(
    Object.entries(paths).flatMap(([path, methods]) => {
      return Object.entries(methods).map(([method, each]) => [`${method.toUpperCase()} ${path}`, each]);
    }),
  );
  const chapter = (...names: string[]) => {
    const lines = names.map((name) => {
      const call = calls.get(name);
      if (call === undefined) throw new Error(`There is no call ${name}.`);
      return `- \`${name}\`${fieldsOf(call)} ${call.summary}`;
    });
    return lines.join('\n');
  };
  return {
    start: commands(),
    assert: chapter(
      'POST /sim/clients',
      'POST /sim/expect',
      'GET /sim/clients/{id}/inbox',
      'POST /sim/clients/{id}/publish',
      'POST /sim/settle',
    ),
    explain: chapter('POST /sim/explain', 'POST /sim/publish', 'GET /sim/presence', 'GET /sim/trace'),
    steer: chapter('POST /sim/clock', 'PUT /sim/faults', 'DELETE /sim/faults', 'POST /sim/reset'),
  };
}

/** The names of what it takes, and of those with few values, these. */
function fieldsOf({ requestBody, parameters }: Operation): string {
  const { schema } = Object.values(requestBody?.content ?? {})[0] ?? {};
  const fields = Object.entries((schema?.properties ?? {}) as Record<string, { enum?: unknown[] }>);
  const query = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
  const body = fields.map(([name, { enum: values }]) => {
    return values?.every((value) => typeof value === 'string') ? `${name}: ${values.join('|')}` : name;
  });
  if (query.length > 0) return ` \`?${query.join('&')}\``;
  return body.length > 0 ? ` \`{${body.join(', ')}}\`` : '';
}

function commands(): string {
  const program = new Command();
  for (const add of [addRun, addServe, addPublish, addWho]) add(program);
  const lines = program.commands.map((command) => {
    return `- \`npx status-sim ${command.name()} ${command.usage()}\` ${command.description()}`;
  });
  return [install, ...lines].join('\n');
}

const install =
  '- `npm install --save-dev git+file:///path/to/clone`, or another git address: no registry has the package yet.';

const about = `A local stand-in for RongCloud status messages: they reach who is online at that moment, and are lost for who is not. A back
end sends its usual requests to \`$STATUS_SIM_URL\` in place of RongCloud's address; tests bring users online and say who got what.`;

const rules = `- Every call under \`/sim\` takes and answers JSON. The header \`App-Key\` names the app, a world of its own: use one for each test, and
  have the back end send the same one. Without it the app is \`default\`.
- Never wait by the clock. \`POST /sim/expect\` passes a barrier before it judges: what is not there then never comes.
- Show \`explanation\` when an expectation does not hold: it says what arrived instead, and why each publish did not.`;

const example = `curl -s $STATUS_SIM_URL/sim/clients --json '{"userId":"bob"}'
curl -s $STATUS_SIM_URL/statusmessage/private/publish.json -d fromUserId=alice -d toUserId=bob -d objectName=RC:TypSts -d 'content={"typingContentType":"RC:TxtMsg"}'
curl -s $STATUS_SIM_URL/sim/expect --json '{"userId":"bob","receivedOnce":true,"match":{"fromUserId":"alice"}}'`;

function llmsText({ start, assert, explain, steer }: Chapters): string {
  return `# status-sim

> ${about.replaceAll('\n', '\n> ')}

## Start

${start}

## Assert

${rules}
${assert}

## Explain

${explain}

## Steer

${steer}

## Documents

- [README](../README.md): five minutes, outcomes, what differs from RongCloud
- [Test kit for vitest](testkit/README.md), [node:test and jest](testkit/node-test.md)
- [Any language](testkit/any-language.md), [pytest](testkit/pytest.md), [JUnit 5](testkit/junit.md), [Go](testkit/go.md)
- [Protocol](../server/protocol/README.md): every rule, numbered; a running simulator has \`/docs\` and \`/docs/json\` (OpenAPI)
`;
}

function skill({ start, assert, explain, steer }: Chapters): string {
  return `---
name: status-sim
description: Test who receives RongCloud status messages (typing indicators and the like) against a local simulator. Use when code sends or receives them, or when a test is to say that a message was, or was not, delivered.
---

# Testing status messages

${about}

## Start it

${start}

## Assert

${rules}

\`\`\`sh
${example}
\`\`\`

${assert}

## Explain a failure

${explain}

## Steer time and trouble

${steer}
`;
}
