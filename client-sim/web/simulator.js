const query = new URLSearchParams(location.search);

/** The app that is on the page: `/?appKey=KEY`, or `default`. */
export const appKey = query.get('appKey') || 'default';

/** What opens `/sim` in closed mode: kept for as long as the tab is there. */
let adminToken = sessionStorage.getItem('adminToken') ?? '';

/** What RongCloud's own calls are signed with in closed mode. @type {Record<string, string> | undefined} */
let signature;

export class Refused extends Error {
  /**
   * @param {string} message
   * @param {number} status
   * @param {string} body
   */
  constructor(message, status, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** @param {string} token */
export function useAdminToken(token) {
  adminToken = token;
  sessionStorage.setItem('adminToken', token);
}

export const isClosed = () => adminToken !== '';

/** What a call of the simulator's own needs. */
export const simHeaders = () => ({
  'App-Key': appKey,
  ...(isClosed() ? { Authorization: `Bearer ${adminToken}` } : {}),
});

/** What a call of RongCloud's needs. @returns {Promise<Record<string, string>>} */
export async function signedHeaders() {
  if (!isClosed()) return { 'App-Key': appKey };
  signature ??= /** @type {Record<string, string>} */ ((await call('GET', '/sim/signature')).headers);
  return signature;
}

/**
 * A call of the simulator's HTTP API.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>} the answer; rejects with a sentence when the simulator refuses
 */
export async function call(method, path, body) {
  const headers = { ...simHeaders(), ...(body ? { 'Content-Type': 'application/json' } : {}) };
  const response = await fetch(path, { method, headers, body: JSON.stringify(body) ?? null });
  return JSON.parse(await textOf(response));
}

/**
 * A call of RongCloud's, as a back end makes it.
 * @param {string} path
 * @param {[string, string][]} fields
 * @returns {Promise<{ status: number, body: string }>}
 */
export async function post(path, fields) {
  const headers = await signedHeaders();
  const response = await fetch(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  return { status: response.status, body: await textOf(response) };
}

/** @param {Response} response */
async function textOf(response) {
  const body = await response.text();
  if (response.ok) return body;
  throw new Refused(JSON.parse(body).errorMessage, response.status, body);
}

/** @param {string} userId */
export async function loginOf(userId) {
  if (!isClosed()) return { appKey, userId };
  const { body } = await post('/user/getToken.json', [
    ['userId', userId],
    ['name', userId],
  ]);
  return { appKey, token: JSON.parse(body).token };
}
