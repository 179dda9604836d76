import { createHash } from 'node:crypto';
import type { JsonSchema } from '../protocol/json-schema.ts';
import type { OpenApi, Operation } from './openapi.ts';

const style = `
:root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --soft: light-dark(#f6f8fa, #151b23); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
a { color: light-dark(#0550ae, #79c0ff); text-decoration: none; }
a:hover { text-decoration: underline; }
h2 { margin-top: 3rem; }
nav ul { list-style: none; padding: 0; }
nav li { display: flex; flex-wrap: wrap; gap: 0 1rem; }
nav li a { flex: 0 0 26rem; overflow-wrap: anywhere; }
section { border: 1px solid var(--line); border-radius: .5rem; margin-top: 1rem; padding: 0 1rem 1rem; }
h3 code { font-size: 1.05em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .9em; margin-top: .75rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0; border-top: 1px solid var(--line); }
thead th { border: 0; font-weight: normal; opacity: .75; }
td:not(:last-child) { white-space: nowrap; }
td:last-child { width: 100%; }
td:first-child { font-family: ui-monospace, monospace; }
pre { background: var(--soft); border-radius: .5rem; padding: .75rem; overflow-x: auto; }
.scroll { overflow-x: auto; }
`;

/** What the page may load: its own style, and nothing else. */
export const docsPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The description as a page for people: without scripts, and without another host. */
export function docsPage(api: OpenApi): string {
  const { title, version, description } = api.info;
  const groups = api.tags.map((tag) => ({ ...tag, calls: callsOf(tag.name, api) }));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}: the calls</title>
<style>${style}</style>
<main>
<h1>${escapeHtml(title)} ${escapeHtml(version)}</h1>
<p>${escapeHtml(description)} For programs: <a href="/docs/json">OpenAPI</a>, <a href="/docs/asyncapi.json">AsyncAPI</a>.</p>
<nav aria-label="Calls">
${groups.map(contents).join('\n')}
</nav>
${groups.map(groupPart).join('\n')}
</main>
</html>
`;
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
    const call = escapeHtml(`${method.toUpperCase()} ${path}`);
    return `<li><a href="#${escapeHtml(operationId)}">${call}</a> ${escapeHtml(summary)}</li>`;
  });
  return `<p><strong>${escapeHtml(name)}</strong></p>\n<ul>\n${items.join('\n')}\n</ul>`;
}

function groupPart({ name, description, calls }: Group): string {
  return `<h2>${escapeHtml(name)}</h2>\n<p>${escapeHtml(description)}</p>\n${calls.map(callPart).join('\n')}`;
}

function callPart({ path, method, operation }: Call): string {
  const { operationId, summary, requestBody, responses, parameters } = operation;
  return `<section id="${escapeHtml(operationId)}">
<h3><code>${escapeHtml(method.toUpperCase())} ${escapeHtml(path)}</code></h3>
<p>${escapeHtml(summary)}</p>
${table(['Parameter', 'Required', 'Value', ''], [...parameters.map(parameterRow), ...bodyRows(requestBody)])}
${requestBody === undefined ? '' : example(path, method, requestBody)}
${table(
  ['Answer', ''],
  Object.entries(responses).map(([status, response]) => [status, answerText(status, response)]),
)}
</section>`;
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

function answerText(status: string, { description, content }: Operation['responses'][string]): string {
  const schema = Object.values(content)[0]?.schema as { properties?: object } | undefined;
  if (status !== '200' || schema?.properties === undefined) return description;
  return `with ${Object.keys(schema.properties).join(', ')}`;
}

function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return '';
  const cells = (row: string[], tag: string) =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('');
  const lines = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${cells(head, 'th')}</tr></thead><tbody>\n${lines}\n</tbody></table></div>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
