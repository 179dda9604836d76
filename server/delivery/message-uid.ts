import { customAlphabet } from 'nanoid';

export const messageUIDAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** How many characters of a messageUID are random, once per publish: 62 bits. */
export const randomCharacters = 12;

const randomPart = customAlphabet(messageUIDAlphabet, randomCharacters);

/**
 * One messageUID for each recipient of a publish, as `XXXX-XXXX-XXXX-XXXX` (A4).
 *
 * The random part is the publish's, so that no two publishes meet, not after a restart and not on another node.
 * The last four characters count the recipients: a random one for each would cost as much as parsing the request.
 *
 * @param random the random part; a new one unless given
 */
export function messageUIDs(count: number, random = randomPart()): string[] {
  const prefix = `${random.slice(0, 4)}-${random.slice(4, 8)}-${random.slice(8)}-`;
  const uids: string[] = [];
  for (let index = 0; index < count; index++) uids.push(prefix + suffixOf(index));
  return uids;
}

const suffixes: string[] = [];

function suffixOf(index: number): string {
  suffixes[index] ??= index.toString(36).toUpperCase().padStart(4, '0');
  return suffixes[index];
}
