/** The line of a test that an assertion stands on: its failures point there, and not into the kit. */
export class CallSite {
  readonly #captured: { stack?: string } = {};

  constructor() {
    Error.captureStackTrace(this.#captured);
  }

  /** The same error, as if thrown by that line. */
  adopt<E extends Error>(error: E): E {
    error.stack = `${error}\n${this.#frames()}`;
    return error;
  }

  #frames(): string {
    const frames = this.#captured.stack?.split('\n').slice(1) ?? [];
    const first = frames.findIndex((frame) => !isInner(frame));
    return frames.slice(Math.max(first, 0)).join('\n');
  }
}

/** Of the kit, or of the runner that called it. */
function isInner(frame: string): boolean {
  return frame.includes(import.meta.dirname) || /[\\/]node_modules[\\/]|node:internal/.test(frame);
}
