/** Of its own for each page, so that two of them do not mix. */
export const appKey = `demo-${crypto.randomUUID().slice(0, 8)}`;

/**
 * A call of the simulator's HTTP API.
 * @param {string} method
 * @param {string} path
 * @param {URLSearchParams | object} [body] A form, or what goes as JSON.
 * @returns {Promise<any>} the answer; rejects with a sentence when the simulator refuses
 */
export async function call(method, path, body) {
  const headers = new Headers({ 'App-Key': appKey });
  const isForm = body instanceof URLSearchParams;
  if (body && !isForm) headers.set('Content-Type', 'application/json');
  const response = await fetch(path, {
    method,
    headers,
    body: isForm ? body : (JSON.stringify(body) ?? null),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.errorMessage);
  return answer;
}
