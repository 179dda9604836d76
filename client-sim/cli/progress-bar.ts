import type { Swarm } from '../swarm/swarm.ts';

const refreshMs = 100;
const barWidth = 20;

/** A line on stderr that shows how far a swarm is; on a terminal only. */
export class ProgressBar {
  readonly #swarm: Swarm;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(swarm: Swarm) {
    this.#swarm = swarm;
    if (process.stderr.isTTY) this.#timer = setInterval(() => this.#draw(), refreshMs);
  }

  /** Leaves no trace of it. */
  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    process.stderr.write(clearLine);
  }

  #draw(): void {
    const line = progressLine(this.#swarm).slice(0, process.stderr.columns - 1);
    process.stderr.write(clearLine + line);
  }
}

const clearLine = '\r\u001b[K';

function progressLine(swarm: Swarm): string {
  const { phase, options, online, publishingMs, referee } = swarm;
  if (phase === 'entering') return `${bar(online / options.clients)} ${online} of ${options.clients} online`;
  if (phase === 'publishing') {
    const { violations, messages } = referee.tally;
    const [passed, all] = [publishingMs, options.durationMs].map((ms) => (ms / 1000).toFixed(1));
    const share = publishingMs / options.durationMs;
    return `${bar(share)} ${passed} of ${all} s, ${online} online, ${messages} messages checked, ${violations} violations`;
  }
  return `${bar(1)} waiting for the last results`;
}

function bar(share: number): string {
  const full = Math.min(barWidth, Math.floor(share * barWidth));
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`;
}
