import type { Interception } from '../app/deliver.ts';
import type { Publisher, PublishOptions } from '../app/ports.ts';

/**
 * Has publishes wait while the fault hold-publish holds their sender's, before anything looks at them (B6.10). One from
 * within this process does not wait: its caller gets the outcome at once.
 */
export function heldPublisher(publisher: Publisher, interception: Interception): Publisher {
  const whenReleased = <T>(fromUserId: string, { via }: PublishOptions, publish: () => T | Promise<T>) => {
    const released = via === 'embedded' ? undefined : interception.active?.hold(fromUserId);
    return released === undefined ? publish() : released.then(publish);
  };
  return {
    publish: (request, options) =>
      whenReleased(request.fromUserId, options, () => publisher.publish(request, options)),
    publishToGroups: (request, options) =>
      whenReleased(request.fromUserId, options, () => publisher.publishToGroups(request, options)),
    broadcast: (draft, options) =>
      whenReleased(draft.fromUserId, options, () => publisher.broadcast(draft, options)),
    explain: (request) => publisher.explain(request),
    explainToGroups: (request) => publisher.explainToGroups(request),
  };
}
