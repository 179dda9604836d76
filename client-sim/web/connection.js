import { afterReal } from './clock.js';
import { loginOf } from './simulator.js';

/** @import { ClientFrame, ServerFrame } from '../../server/protocol/frames.ts' */
/** @import { Link } from './state.js' */

/** Closings after which it would be wrong to try again: the login was refused, or the user is blocked. */
const final = [4001, 4012];

const longestWaitMs = 3000;

/** A device's WebSocket. It comes back by itself for as long as it is wanted. */
export class Connection {
  wanted = false;
  /** @type {Link} */
  link = 'off';
  #userId;
  #onFrame;
  #onLink;
  /** @type {WebSocket | undefined} */
  #socket;
  #isOpening = false;
  #isCut = false;
  #tries = 0;

  /**
   * @param {string} userId
   * @param {(frame: ServerFrame) => void} onFrame
   * @param {(link: Link, reason: string) => void} onLink
   */
  constructor(userId, onFrame, onLink) {
    this.#userId = userId;
    this.#onFrame = onFrame;
    this.#onLink = onLink;
  }

  async open() {
    this.wanted = true;
    if (this.#socket || this.#isOpening || this.#isCut) return;
    this.#enter('connecting');
    this.#isOpening = true;
    try {
      const login = await loginOf(this.#userId);
      if (this.wanted && !this.#isCut) this.#connect(new WebSocket(`/connect?${new URLSearchParams(login)}`));
    } catch {
      this.#retry();
    } finally {
      this.#isOpening = false;
    }
  }

  /** @param {WebSocket} socket */
  #connect(socket) {
    this.#socket = socket;
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
    this.#enter('off');
  }

  /**
   * The plug is pulled, or in again. Without it there is no new connection; the old one knows of nothing.
   * @param {boolean} isCut
   */
  cut(isCut) {
    this.#isCut = isCut;
    if (this.wanted) this.open();
  }

  /** @param {ClientFrame} frame */
  send(frame) {
    if (this.link === 'online') this.#socket?.send(JSON.stringify(frame));
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
    if (final.includes(code)) this.wanted = false;
    else if (!this.#isCut) this.#retry();
    this.#enter(!this.wanted ? 'refused' : this.#isCut ? 'off' : 'connecting', reason);
  }

  #retry() {
    const waitMs = Math.min(250 * 2 ** this.#tries++, longestWaitMs);
    afterReal(waitMs, () => this.wanted && this.open());
  }

  /**
   * @param {Link} link
   * @param {string} [reason]
   */
  #enter(link, reason = '') {
    this.link = link;
    this.#onLink(link, reason);
  }
}
