import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Platform } from '../server/protocol/frames.ts';
import { SimClient } from './client.ts';
import type { ClientSocket } from './client-socket.ts';
import { Inbox } from './inbox.ts';
import { parseFrame } from './parse-frame.ts';
import { checkTime, timeLimit } from './time-limit.ts';

/** Exactly one of `userId` (open mode) and `token` says who logs in. */
export interface ConnectOptions {
  userId?: string | undefined;
  token?: string | undefined;
  /** Without it the session kicks no other one (B5). */
  platform?: Platform | undefined;
  appKey?: string | undefined;
  /** How many received frames are kept; 10,000 unless told. */
  inboxLimit?: number | undefined;
  /** How many bytes of them, as they came over the wire; no limit unless told. A frame over it alone is not kept. */
  inboxBytes?: number | undefined;
  /** Milliseconds to wait for the session to open, for each answer and for a frame; 5000 unless told. */
  timeoutMs?: number | undefined;
  /** Gives up while the session is not open yet. */
  signal?: AbortSignal | undefined;
}

/** What stands between a client and the simulator. */
export interface Way {
  /** Makes the connection, in place of one to the host and port of the address. */
  dial?: (() => Duplex) | undefined;
  /** Stands between the socket and the client. */
  gate?: ((socket: ClientSocket) => ClientSocket) | undefined;
}

/** The session never opened. */
export class ConnectError extends Error {
  override name = 'ConnectError';
  /** One of B5, or 1006 when the connection broke or never was. */
  readonly closeCode: number;
  readonly reason: string;

  /** `url`: its query stays unsaid, for it may hold a token. */
  constructor(url: URL, closeCode: number, reason: string) {
    super(`No session opened at ${url.origin}${url.pathname} (close code ${closeCode}): ${reason}`);
    this.closeCode = closeCode;
    this.reason = reason;
  }
}

/**
 * Opens a session (B5). `wsUrl` is like `ws://127.0.0.1:1234/connect`. Rejects with a `ConnectError` when the session
 * does not open, with the reason of `signal` when that aborts, and with a `TypeError` or
 * `RangeError` when the arguments cannot be right.
 */
export async function connectClient(
  wsUrl: string | URL,
  options: ConnectOptions,
  { dial, gate = (socket) => socket }: Way = {},
): Promise<SimClient> {
  const url = connectUrl(wsUrl, options);
  const inbox = new Inbox(options.inboxLimit, options.inboxBytes);
  const { platform, timeoutMs = 5000, signal } = options;
  checkTime('timeoutMs', timeoutMs);
  signal?.throwIfAborted();
  const socket = new WebSocket(url, { perMessageDeflate: false, ...(dial && { createConnection: dial }) });
  return new Promise((resolve, reject) => {
    let failure = '';
    const giveUp = (reason: string) => {
      failure ||= reason;
      socket.terminate();
    };
    const abort = () => {
      reject(signal?.reason);
      socket.terminate();
    };
    const callOff = timeLimit(timeoutMs, () => giveUp(`No connected frame came within ${timeoutMs} ms.`));
    const stopWaiting = () => {
      callOff();
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort);
    // Stays for the whole session: the close that follows tells the rest.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure ||= error.message || String(error.code);
    });
    socket.once('message', (data) => {
      stopWaiting();
      const frame = parseFrame(data);
      if (frame?.type !== 'connected') return giveUp('The first frame was not a connected frame.');
      isOpen = true;
      resolve(new SimClient(gate(socket), frame, inbox, timeoutMs, platform));
    });
    let isOpen = false;
    socket.once('close', (code, reason) => {
      stopWaiting();
      if (isOpen) return; // an error is made for somebody to read it: that takes long
      reject(new ConnectError(url, code, failure || String(reason) || 'The connection was closed.'));
    });
  });
}

function connectUrl(wsUrl: string | URL, { userId, token, platform, appKey }: ConnectOptions): URL {
  if ((userId === undefined) === (token === undefined))
    throw new TypeError('Give exactly one of userId and token.');
  const url = new URL(wsUrl);
  for (const [name, value] of Object.entries({ userId, token, platform, appKey })) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}
