import { expect, it } from 'vitest';
import { Ids } from '../../server/app/ids.ts';
import { MessageUIDs } from '../../server/core/status-message.ts';

const uids = new MessageUIDs('ABCDEFGHIJKL', 1000);
const places = Array.from({ length: uids.count }, (_, place) => place);

it('A4 a messageUID is four groups of four digits or capitals', () => {
  const wrong = places.filter((place) => !/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(uids.of(place)));
  expect(wrong).toEqual([]);
});

it('A4 the recipients of one publish have different ones', () => {
  expect(new Set(places.map((place) => uids.of(place))).size).toBe(1000);
});

it('A4 the recipients are counted behind the random part', () => {
  expect([0, 35, 36, 999].map((place) => uids.of(place))).toEqual([
    'ABCD-EFGH-IJKL-0000',
    'ABCD-EFGH-IJKL-000Z',
    'ABCD-EFGH-IJKL-0010',
    'ABCD-EFGH-IJKL-00RR',
  ]);
});

it('A4 one for all is the first, whatever the place', () => {
  const one = new MessageUIDs('ABCDEFGHIJKL', 1);
  expect([one.of(0), one.of(7)]).toEqual(['ABCD-EFGH-IJKL-0000', 'ABCD-EFGH-IJKL-0000']);
});

it('A4 written over one another in bytes they are what they are as texts', () => {
  const many = new MessageUIDs('ABCDEFGHIJKL', 36 ** 4);
  const bytes = Buffer.from(`<${many.of(0)}>`);
  const wrong = [36 ** 4 - 1, ...places].filter((place) => {
    many.writeOver(bytes, 1, place);
    return bytes.toString() !== `<${many.of(place)}>`;
  });
  expect(wrong).toEqual([]);
});

it('A4 many publishes have different ones', () => {
  const ids = new Ids();
  const all = Array.from({ length: 20_000 }, () => new MessageUIDs(ids.publish(), 1).of(0));
  expect(new Set(all).size).toBe(20_000);
});
