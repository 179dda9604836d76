import { clock } from './clock.js';
import { appKey } from './simulator.js';

/** @import { ClientFrame, ServerFrame } from '../../server/protocol/frames.ts' */

/** @typedef {'isOffline' | 'connecting' | 'online' | 'notLetIn'} ConnectionState */

/** Closings after which it would be wrong to try again: not let in, and another login took the place. */
const final = [4001, 4010];

const longestWaitMs = 3000;

/** A device's WebSocket. It comes back by itself for as long as it is wanted. */
export class Connection {
  /** @type {ConnectionState} */
  state = 'isOffline';
  /** The simulator's words when it did not let the device in. */
  reason = '';
  wanted = false;
  #query;
  #onFrame;
  #onState;
  /** @type {WebSocket | undefined} */
  #socket;
  #cut = false;
  #tries = 0;

  /**
   * @param {Record<string, string>} query
   * @param {(frame: ServerFrame) => void} onFrame
   * @param {() => void} onState
   */
  constructor(query, onFrame, onState) {
    this.#query = new URLSearchParams({ appKey, ...query });
    this.#onFrame = onFrame;
    this.#onState = onState;
  }

  open() {
    this.wanted = true;
    if (this.#socket || this.#cut) return;
    const socket = new WebSocket(`/connect?${this.#query}`);
    this.#socket = socket;
    this.#enter('connecting');
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#receive(JSON.parse(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#lose(code, reason);
    };
  }

  close() {
    this.wanted = false;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#enter('isOffline');
  }

  /**
   * The plug is pulled, or in again. Without it there is no new connection; the old one knows of nothing.
   * @param {boolean} cut
   */
  cut(cut) {
    this.#cut = cut;
    if (this.wanted) this.open();
  }

  /** @param {ClientFrame} frame */
  send(frame) {
    if (this.state === 'online') this.#socket?.send(JSON.stringify(frame));
  }

  /** @param {ServerFrame} frame */
  #receive(frame) {
    if (frame.type === 'connected') {
      this.#tries = 0;
      this.#enter('online');
    }
    this.#onFrame(frame);
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #lose(code, reason) {
    this.#socket = undefined;
    this.reason = reason;
    if (final.includes(code)) this.wanted = false;
    else if (!this.#cut) this.#retry();
    this.#enter(!this.wanted ? 'notLetIn' : this.#cut ? 'isOffline' : 'connecting');
  }

  #retry() {
    const waitMs = Math.min(250 * 2 ** this.#tries++, longestWaitMs);
    clock.after(waitMs, () => this.wanted && this.open());
  }

  /** @param {ConnectionState} state */
  #enter(state) {
    this.state = state;
    this.#onState();
  }
}
