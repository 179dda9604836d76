export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves at the first signal to stop. Listens as soon as it is called.
 *
 * Further signals change nothing. At Ctrl-C under `npm run` two of them come, the terminal's and the one that npm
 * passes on: the second must not cut short what the first began.
 * @param closeMs how long the command may take to close what it has open
 */
export async function stopSignal(closeMs = 2000): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of stopSignals) process.on(signal, () => resolve());
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K'); // the terminal has put ^C there, maybe behind a bar
  givesUp = setTimeout(() => process.exit(1), closeMs).unref();
}

let givesUp: NodeJS.Timeout | undefined;

/** How long what was printed may still take to be read. */
const readMs = 500;

/** Ends the process, as the last thing that a command does: nobody who does not read holds it back. */
export async function exitInOrder(): Promise<never> {
  clearTimeout(givesUp);
  const read = new Promise((resolve) => process.stdout.write('', resolve));
  await Promise.race([read, new Promise((resolve) => setTimeout(resolve, readMs))]);
  process.exit();
}
