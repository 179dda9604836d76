import { WebSocket } from 'ws';

/** What the client wants of a browser, and Node has not got. */
export function addBrowserGlobals() {
  const values = {
    window: globalThis,
    location: { protocol: 'http:', href: 'http://127.0.0.1/' },
    navigator: { userAgent: 'Mozilla/5.0 Chrome/156.0.0.0', platform: 'Linux' },
    localStorage: storage(),
    sessionStorage: storage(),
    XMLHttpRequest: FetchedRequest,
    WebSocket,
    addEventListener() {},
    removeEventListener() {},
  };
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

function storage() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, String(value)),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}

/** As much of XMLHttpRequest as the client uses. */
class FetchedRequest {
  readyState = 0;
  status = 0;
  responseText = '';
  timeout = 0;
  withCredentials = false;
  #request = { headers: {} };
  #controller = new AbortController();

  open(method, url) {
    this.#request = { ...this.#request, method, url };
    this.#advance(1);
  }

  setRequestHeader(name, value) {
    this.#request.headers[name] = value;
  }

  getResponseHeader() {
    return null;
  }

  getAllResponseHeaders() {
    return '';
  }

  abort() {
    this.#controller.abort();
  }

  async send(body) {
    const { url, ...rest } = this.#request;
    try {
      const response = await fetch(url, { ...rest, body, signal: this.#controller.signal });
      this.status = response.status;
      this.responseText = await response.text();
    } catch {
      this.status = 0;
    }
    this.response = this.responseText;
    this.#advance(4);
    if (this.status === 0) this.onerror?.(new Error('failed'));
    else this.onload?.();
  }

  #advance(readyState) {
    this.readyState = readyState;
    this.onreadystatechange?.();
  }
}
