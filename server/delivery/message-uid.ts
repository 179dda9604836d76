import { customAlphabet } from 'nanoid';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const randomPart = customAlphabet(digits, 12);

/**
 * One messageUID for each recipient of a publish, as `XXXX-XXXX-XXXX-XXXX` (A4).
 *
 * The first twelve characters are random, once per publish: 62 bits, so that no two publishes meet, not after
 * a restart and not on another node. The last four count the recipients.
 */
export function messageUIDs(count: number): string[] {
  const random = randomPart();
  const prefix = `${random.slice(0, 4)}-${random.slice(4, 8)}-${random.slice(8)}-`;
  return Array.from({ length: count }, (_, index) => prefix + suffixOf(index));
}

const suffixes: string[] = [];

function suffixOf(index: number): string {
  suffixes[index] ??= index.toString(36).toUpperCase().padStart(4, '0');
  return suffixes[index];
}
