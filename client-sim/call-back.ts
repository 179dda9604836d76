/**
 * Calls a function of the user's. What it throws is the user's to hear, as an uncaught error, and never reaches the
 * caller: thrown into a socket that hands over a frame, it would break the socket.
 */
export function callBack<A extends unknown[]>(
  callback: ((...args: A) => void) | undefined,
  ...args: A
): void {
  try {
    callback?.(...args);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
