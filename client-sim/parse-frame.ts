import type { ServerFrame } from '../server/protocol/frames.ts';

/** Undefined for what is no frame at all. */
export function parseFrame(data: unknown): ServerFrame | undefined {
  try {
    const frame = JSON.parse(String(data));
    return typeof frame?.type === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}
