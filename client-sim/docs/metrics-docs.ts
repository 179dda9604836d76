import type { Counters } from '../../server/core/counters.ts';

/** What `GET /metrics` shows of the counters: what each means, where it is counted, and by which label it is split. */
export const shownCounters: Record<string, [help: string, counter: keyof Counters, label?: string]> = {
  publishes: ['Accepted publishes, one for each group, by where they came in.', 'publishes', 'via'],
  recipients: ['Recipients of publishes.', 'recipients'],
  deliveries: ['Sessions that got a message.', 'deliveries'],
  drops: ['Recipients who did not get a message.', 'drops', 'reason'],
  echoes: ['Sessions that got an echo.', 'echoes'],
  kicks: ['Sessions that a later login closed.', 'kicks'],
  refused: ['Refused requests and frames, by code.', 'refused', 'code'],
  internal_errors: ["Errors of the simulator's own; please report them.", 'internalErrors'],
  webhook_events: [
    'Events of the online-status webhook, by what became of them.',
    'webhookEvents',
    'outcome',
  ],
};
