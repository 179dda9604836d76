import type { Fault, Spec, Stage } from './fault.ts';
import { Held } from './held.ts';
import { oddsOf } from './odds.ts';

/** No event takes more. */
const eventBytes = 1024;

/** For so long an event waits for one that it could let go first. */
const reorderMs = 1000;

/** Something happens to online-status events, of one user or of all, on their way to the webhook (B8.8). */
export function webhookFault(
  spec: Spec<'webhook-refuse' | 'webhook-repeat' | 'webhook-delay' | 'webhook-reorder'>,
  stage: Stage,
): Fault {
  const { strike, isSpent } = oddsOf(spec, stage);
  const swaps = spec.fault === 'webhook-reorder';
  const held = new Held(stage, spec.fault === 'webhook-delay' ? spec.delayMs : reorderMs);
  return {
    spec,
    isSpent: () => isSpent() && held.size === 0,
    end: () => held.releaseUpTo(),
    passEvent(pass) {
      const overtakes = swaps && held.size > 0;
      if (overtakes || !strike()) return false;
      if (spec.fault === 'webhook-refuse') pass('refused');
      else if (spec.fault === 'webhook-repeat') pass('repeated');
      else if (!held.add(eventBytes, pass)) pass();
      return true;
    },
    eventPassed() {
      if (swaps) held.releaseUpTo();
    },
  };
}
