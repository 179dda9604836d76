import type { Session } from './session.ts';

/**
 * Waits until every session has shown, through its own socket, that all handed to it before has arrived.
 * @param timeoutMs of real time: a client answers in its own time, whatever the app's clock says
 * @returns the sessions that did not
 */
export async function settle(sessions: Iterable<Session>, timeoutMs: number): Promise<Session[]> {
  const waiting = new Set(sessions);
  const confirmations = [...waiting].map(async (session) => {
    await session.connection.confirm();
    waiting.delete(session);
  });
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.all(confirmations), timeUp]);
  clearTimeout(timer);
  return [...waiting];
}
