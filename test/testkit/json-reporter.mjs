/** A reporter of node:test that prints what became of each test as vitest and jest do with `--json`. */
export default async function* jsonReporter(events) {
  const files = new Map();
  for await (const { type, data } of events) {
    if (!/^test:(pass|fail)$/.test(type)) continue;
    const { name: title, file, details } = data;
    const { cause = details.error } = details.error ?? {};
    const failureMessages = type === 'test:fail' ? [cause.stack ?? String(cause)] : [];
    const result = { title, status: type === 'test:fail' ? 'failed' : 'passed', failureMessages };
    files.set(file, [...(files.get(file) ?? []), result]);
  }
  const testResults = [...files].map(([name, assertionResults]) => ({ name, message: '', assertionResults }));
  yield JSON.stringify({ testResults });
}
