/** The line of the test that called the kit. Failures point there instead of into the kit. */
export class CallSite {
  readonly #captured: { stack?: string } = {};

  constructor() {
    Error.captureStackTrace(this.#captured);
  }

  /** Makes the error look as if thrown by that line. */
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

/** A frame of the kit, of the runner or of Node. */
function isInner(frame: string): boolean {
  return frame.includes(import.meta.dirname) || /[\\/]node_modules[\\/]|node:internal/.test(frame);
}
