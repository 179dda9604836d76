import type { ServerFrame } from '../../server/protocol/frames.ts';
import type { ClientSocket } from '../client-socket.ts';
import { parseFrame } from '../parse-frame.ts';

/** What comes to a session by itself, and may be late. */
const unasked: readonly (ServerFrame['type'] | undefined)[] = ['status', 'echo', 'presence'];

/** Holds what comes to a session until it is let in, in order (B1.10). */
export interface ArrivalGate extends ClientSocket {
  /** The first of it is let in next. */
  readonly held: readonly unknown[];
  letIn(): void;
}

/**
 * An answer, or the end of the session, is not held: what came before it goes in first (B1.9).
 * @param onHeld told of a frame that comes to the gate
 * @param onLetIn told before the next one passes it
 */
export function arrivalGate(
  socket: ClientSocket,
  onHeld: (frame: ServerFrame | undefined) => void,
  onLetIn: () => void,
): ArrivalGate {
  const held: unknown[] = [];
  let listener: (data: unknown) => void = () => {};
  const letIn = () => {
    onLetIn();
    listener(held.shift());
  };
  const letAllIn = () => {
    while (held.length > 0) letIn();
  };
  return {
    held,
    letIn,
    on(event, onMessage) {
      listener = onMessage;
      socket.on(event, (data) => {
        const frame = parseFrame(data);
        held.push(data);
        onHeld(frame);
        if (!unasked.includes(frame?.type)) letAllIn();
      });
    },
    once(event, onClose) {
      socket.once(event, (code, reason) => {
        letAllIn();
        onClose(code, reason);
      });
    },
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}
