import type { DeliveryReport } from '../../server/core/delivery-report.ts';
import { keyHints, typeHints } from './hints.ts';
import { quote } from './quote.ts';

/** Where a recipient is looked for who is offline in an app. */
export interface Surroundings {
  readonly appKey: string;
  /** Who is online in this app. */
  readonly online: Iterable<string>;
  /** Another app in which a user is online. */
  otherAppOf(userId: string): string | undefined;
}

/** What else may have been meant: by the type of a message, its group (B11.5), its app, and recipients who are offline. */
export function outcomeHints(
  report: DeliveryReport,
  { objectName, groupId }: { objectName: string; groupId?: string },
  around: Omit<Surroundings, 'otherAppOf'> & {
    hasGroup(groupId: string): boolean;
    /** Absent where apps are configured. */
    otherAppOf: Surroundings['otherAppOf'] | undefined;
  },
): string[] {
  const hints = typeHints(objectName);
  if (groupId !== undefined && !around.hasGroup(groupId)) hints.push(`There is no group ${quote(groupId)}.`);
  const { otherAppOf } = around;
  if (otherAppOf === undefined) return hints;
  return [...hints, ...keyHints(around.appKey), ...recipientHints(report, { ...around, otherAppOf })];
}

/** A publish to more of them is no slip; and whoever is far down in a crowd is not found. */
const atMost = { recipients: 10, users: 1000 };

/** A sentence for each recipient who is offline while somebody else seems to be meant. */
export function recipientHints({ recipients }: DeliveryReport, around: Surroundings): string[] {
  const offline = recipients
    .filter((row) => row.outcome === 'dropped' && row.reason === 'offline')
    .slice(0, atMost.recipients)
    .map(({ userId }) => userId);
  if (offline.length === 0) return [];
  const lookalikes = lookalikesOf(offline, around.online);
  return offline.flatMap((userId) => {
    const meant = meantBy(userId, around.otherAppOf(userId), lookalikes.get(fold(userId)));
    return meant === undefined
      ? []
      : [`${quote(userId)} is offline in app ${quote(around.appKey)}; ${meant}.`];
  });
}

function meantBy(userId: string, otherApp?: string, lookalike?: string): string | undefined {
  if (otherApp !== undefined) return `online in app ${quote(otherApp)}`;
  if (lookalike !== undefined && lookalike !== userId) {
    return `${quote(lookalike)} is online, and differs in ${difference(userId, lookalike)}`;
  }
  return isList(userId) ? 'for more than one recipient, repeat toUserId' : undefined;
}

/** Users who are online, by what is left of their ids when they are folded, as far as somebody is asked for by it. */
function lookalikesOf(userIds: readonly string[], online: Iterable<string>): Map<string, string> {
  const wanted = new Set(userIds.map((userId) => fold(userId)));
  const found = new Map<string, string>();
  let looked = 0;
  for (const userId of online) {
    if (++looked > atMost.users) break;
    const folded = fold(userId);
    if (wanted.has(folded)) found.set(folded, userId);
  }
  return found;
}

/** What a reader overlooks in an id. */
const overlooked = {
  'Unicode form': (id: string) => id.normalize('NFKC'),
  case: (id: string) => id.toLowerCase(),
  spaces: (id: string) => id.replace(/\s/g, ''),
};
const kinds = Object.keys(overlooked) as (keyof typeof overlooked)[];

function fold(id: string, except?: string): string {
  return kinds.filter((kind) => kind !== except).reduce((text, kind) => overlooked[kind](text), id);
}

function difference(id: string, other: string): string {
  return kinds.filter((kind) => fold(id, kind) !== fold(other, kind)).join(' and ');
}

/** `bob,carol` or `["bob","carol"]`, as one that joins what the service wants repeated. */
function isList(userId: string): boolean {
  const parts = userId.replace(/^\[(.*)\]$/s, '$1').split(',');
  return parts.length > 1 && parts.every((part) => part.trim() !== '');
}
