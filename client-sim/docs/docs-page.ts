import { closeCodes } from '../../server/protocol/close-codes.ts';
import { errorCodes } from '../../server/protocol/error-codes.ts';
import type { JsonSchema } from '../../server/protocol/json-schema.ts';
import { script, style } from './docs-assets.ts';
import type { OpenApi, Operation } from './openapi.ts';
import { type RuleGroup, readRules } from './rules.ts';

/** What each code says (A5). */
const meanings: Record<keyof typeof errorCodes, string> = {
  notFound: 'There is no such path.',
  methodNotAllowed: 'The path is right, the method is not; the header Allow names the right ones.',
  internal: 'Something went wrong inside.',
  wrongSecret: 'The App Secret is wrong; in practice 1004 comes instead.',
  badParameter: 'A parameter is missing or wrong, or the App-Key is unknown. The message names it.',
  noBody: 'The request has no body.',
  badSignature: 'The signature is missing or wrong.',
  tooLong: 'A parameter is too long. The message names it and its limit.',
  locked: 'The app is locked.',
  refused: 'The caller may not do this: the admin token is missing or wrong, or the page is a foreign one.',
  rateExceeded: 'Too many at once. Retry-After says how many seconds to wait.',
  notEnabled: 'A call that is not simulated. The message names what serves instead.',
  timedOut: 'It was not done in time.',
  tooManyTestUsers: 'More than 100 users in a test app.',
};

/** What it means when a client's connection ends (B5.4). */
const endings: Record<keyof typeof closeCodes, string> = {
  shuttingDown: 'The simulator is shutting down.',
  frameTooLarge: 'The client sent a frame over 1 MiB.',
  unauthorized: 'The login was refused. The reason says why.',
  tooSlow: 'The client read too slowly.',
  kicked: 'A later login of the same class of platform took its place.',
  disconnected: 'Disconnected by DELETE /sim/sessions/:userId, or by POST /sim/reset.',
  blocked: 'The back end has blocked the user. The reason says until when.',
};

/**
 * The description as a page for people: without another host, and readable without its script.
 * @param hasPage whether there is a page at `/`
 */
export function docsPage(api: OpenApi, hasPage: boolean): string {
  const { title, version, description } = api.info;
  const groups = api.tags.map((tag) => ({ ...tag, calls: callsOf(tag.name, api) }));
  const rules = readRules();
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}: the calls</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<nav aria-label="Calls">
${hasPage ? `<a href="/">← ${escapeHtml(title)}</a>` : escapeHtml(title)}
${groups.map(contents).join('\n')}
<h2>Codes</h2>
<ul><li><a href="#codes">Errors</a></li><li><a href="#close-codes">Ends of a connection</a></li></ul>
<h2>Rules</h2>
<ul>${rules.map(({ id, title }) => `<li><a href="#${id}">${id} ${escapeHtml(title)}</a></li>`).join('\n')}</ul>
</nav>
<main>
<h1>${escapeHtml(title)} ${escapeHtml(version)}</h1>
<p class="quiet">${escapeHtml(description)} For programs: <a href="/docs/json">OpenAPI</a>, <a href="/docs/asyncapi.json">AsyncAPI</a>.</p>
${groups.map(groupPart).join('\n')}
<h2>Codes</h2>
<section id="codes"><h3>Errors</h3>
${table(['Code', 'HTTP', 'Meaning'], errorRows())}</section>
<section id="close-codes"><h3>Ends of a connection</h3>
${table(['Code', 'Meaning'], endingRows())}</section>
<h2>Rules</h2>
<p class="quiet">What the numbers in explanations refer to. The package has them with their tables and examples, in server/protocol/README.md.</p>
${rules.map(rulesPart).join('\n')}
</main>
<script>${script}</script>
</html>
`;
}

function errorRows(): string[][] {
  return Object.entries(errorCodes).map(([name, { code, status }]) => {
    return [String(code), String(status), meanings[name as keyof typeof errorCodes]];
  });
}

function endingRows(): string[][] {
  return Object.entries(closeCodes).map(([name, code]) => [
    String(code),
    endings[name as keyof typeof closeCodes],
  ]);
}

interface Group {
  name: string;
  description: string;
  calls: Call[];
}

interface Call {
  path: string;
  method: string;
  operation: Operation;
}

function callsOf(group: string, { paths }: OpenApi): Call[] {
  const calls = Object.entries(paths).flatMap(([path, methods]) => {
    return Object.entries(methods).map(([method, operation]) => ({ path, method, operation }));
  });
  return calls.filter(({ operation }) => operation.tags.includes(group));
}

function contents({ name, calls }: Group): string {
  const items = calls.map(({ path, method, operation: { operationId, summary } }) => {
    const verb = method.toUpperCase();
    return `<li><a href="#${escapeHtml(operationId)}" title="${escapeHtml(summary)}"><span class="verb ${verb}">${verb}</span>${escapeHtml(path)}</a></li>`;
  });
  return `<h2>${escapeHtml(name)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
}

function groupPart({ name, description, calls }: Group): string {
  return `<h2>${escapeHtml(name)}</h2>\n<p class="quiet">${escapeHtml(description)}</p>\n${calls.map(callPart).join('\n')}`;
}

function callPart({ path, method, operation }: Call): string {
  const { operationId, summary, requestBody, responses, parameters } = operation;
  return `<section id="${escapeHtml(operationId)}">
<h3><code>${escapeHtml(method.toUpperCase())} ${escapeHtml(path)}</code></h3>
<p>${escapeHtml(summary)}</p>
${table(['Parameter', 'Required', 'Value', 'Meaning'], [...parameters.map(parameterRow), ...bodyRows(requestBody)])}
${requestBody === undefined ? '' : example(path, method, requestBody)}
${table(
  ['Answer', 'Meaning'],
  Object.entries(responses).map(([status, response]) => [status, answerText(status, response)]),
)}
${tryIt(path, method, operation)}
</section>`;
}

function rulesPart({ id, title, rules }: RuleGroup): string {
  return `<section id="${id}"><h3>${id} ${escapeHtml(title)}</h3>
${table(['Rule', 'What it says'], [...rules], true)}</section>`;
}

function parameterRow({ name, required, schema, description }: Operation['parameters'][number]): string[] {
  return [name, required ? 'yes' : 'no', limitsOf(schema), description];
}

function bodyRows(body: Operation['requestBody']): string[][] {
  const { properties = {}, required = [] } = (Object.values(body?.content ?? {})[0]?.schema ?? {}) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => {
    return [name, required.includes(name) ? 'yes' : 'no', limitsOf(schema), String(schema.description ?? '')];
  });
}

/** The bounds of a value, in words. */
function limitsOf(schema: JsonSchema): string {
  const { oneOf, type, maxLength, maxItems, minimum, maximum } = schema;
  if (Array.isArray(oneOf)) return oneOf.map((each) => limitsOf(each)).join(', or ');
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' ');
  if (maxItems !== undefined) return `at most ${maxItems} values`;
  if (maxLength !== undefined) return `text, at most ${maxLength}`;
  if (maximum !== undefined) return `number from ${minimum} to ${maximum}`;
  return type === 'string' ? 'text' : String(type ?? '');
}

function example(path: string, method: string, body: NonNullable<Operation['requestBody']>): string {
  const [[type, media] = []] = Object.entries(body.content);
  const isForm = type !== 'application/json';
  const pairs = Object.entries(Object(media?.example)).filter(([, value]) => value !== undefined);
  const data = isForm
    ? pairs.flatMap(([name, value]) => [value].flat().map((each) => `  --data-urlencode '${name}=${each}'`))
    : [`  --json '${JSON.stringify(Object.fromEntries(pairs))}'`];
  const command = [`curl -X ${method.toUpperCase()} http://127.0.0.1:4747${path}`, ...data].join(' \\\n');
  return `<pre><code>${escapeHtml(command)}</code></pre>`;
}

/** A form that sends the call; not for a stream, which has no end. */
function tryIt(path: string, method: string, { operationId, requestBody, responses }: Operation): string {
  if ('text/event-stream' in (responses['200']?.content ?? {})) return '';
  const [[type, media] = []] = Object.entries(requestBody?.content ?? {});
  const pairs = Object.entries(Object(media?.example)).filter(([, value]) => value !== undefined);
  const isForm = type?.includes('form') ?? false;
  const lines = pairs.flatMap(([name, value]) => [value].flat().map((each) => `${name}=${each}`));
  const body = isForm ? lines.join('\n') : JSON.stringify(Object.fromEntries(pairs), null, 2);
  const label = `aria-label="Body of ${escapeHtml(operationId)}"`;
  const area =
    type === undefined
      ? ''
      : `<textarea name="body" rows="${body.split('\n').length}" ${label}>${escapeHtml(body)}</textarea>`;
  const target = path.replace('{userId}', 'bob').replace('{id}', '1');
  return `<details><summary>Try it</summary><form data-method="${method.toUpperCase()}" data-type="${isForm ? 'form' : 'json'}">
<div><input name="path" value="${escapeHtml(target)}" aria-label="Path"><input name="key" placeholder="App-Key" aria-label="App-Key"><button>Send</button></div>
${area}<pre><output></output></pre></form></details>`;
}

function answerText(status: string, { description, content }: Operation['responses'][string]): string {
  const schema = Object.values(content)[0]?.schema as { properties?: object } | undefined;
  if (status !== '200' || schema?.properties === undefined) return description;
  return `with ${Object.keys(schema.properties).join(', ')}`;
}

/** @param isLinkable whether each row can be linked to, by what stands in its first cell */
function table(head: string[], rows: string[][], isLinkable = false): string {
  if (rows.length === 0) return '';
  const cells = (row: string[], tag: string) =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('');
  const lines = rows
    .map((row) => `<tr${isLinkable ? ` id="${row[0]}"` : ''}>${cells(row, 'td')}</tr>`)
    .join('\n');
  return `<div class="scroll"><table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>\n${lines}\n</tbody></table></div>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
