import { expect, it } from 'vitest';
import { MessageUIDs } from '../../server/core/message-uids.ts';
import { Bundle } from '../../server/gateway/bundle.ts';
import { EncodedFrame } from '../../server/gateway/encoded-frame.ts';

/** A frame with this content behind its messageUID. */
function frameOf(content: string): EncodedFrame {
  const messageUIDs = new MessageUIDs('5GSBRPM1KP8H', 1000);
  return new EncodedFrame(`<${messageUIDs.of(0)}>${content}`, { messageUIDs, at: 1 });
}

const [a, b, c, longer] = ['a', 'b', 'c', 'longer'].map(frameOf) as [
  EncodedFrame,
  EncodedFrame,
  EncodedFrame,
  EncodedFrame,
];

/** What one client gets, of which it is the recipient at this place. */
function bundled(bundle: Bundle, frames: EncodedFrame[], place: number): string {
  for (const frame of frames) expect(bundle.add(frame, place)).toBe(true);
  const bytes = bundle.bytes.toString('latin1', 0, bundle.length);
  bundle.clear();
  return bytes;
}

function alone(frame: EncodedFrame, place: number): string {
  return frame.addressedTo(place).toString('latin1');
}

it.each([
  {
    name: 'the same',
    clients: [
      [a, b, c],
      [a, b, c],
      [a, b, c],
    ],
  },
  {
    name: 'another in the midst',
    clients: [
      [a, b, c],
      [a, c, c],
      [a, b, c],
    ],
  },
  {
    name: 'a longer one in the midst',
    clients: [
      [a, b, c],
      [a, longer, c],
      [a, b, c],
    ],
  },
  {
    name: 'another in front',
    clients: [
      [a, b, c],
      [c, b, c],
      [a, b, c],
    ],
  },
  {
    name: 'fewer',
    clients: [
      [a, b, c],
      [a, b],
      [a, b, c],
    ],
  },
  { name: 'fewer and then others', clients: [[a, b, c], [a], [longer, b, c]] },
  { name: 'more', clients: [[a], [a, b], [a, b, longer, c]] },
  { name: 'the same twice', clients: [[a, a], [a], [a, a, a]] },
  { name: 'nothing', clients: [[a, b], [], [a, b]] },
])('each client gets its own after others: $name', ({ clients }) => {
  const bundle = new Bundle();
  for (const [place, frames] of clients.entries()) {
    expect(bundled(bundle, frames, place)).toBe(frames.map((frame) => alone(frame, place)).join(''));
  }
});

it('takes up to 64 KiB', () => {
  const bundle = new Bundle();
  const header = a.bytes.length - 1;
  const half = frameOf('x'.repeat(32 * 1024 - header - 2));
  expect(half.bytes.length).toBe(32 * 1024);
  expect([half, half, a].map((frame) => bundle.add(frame, 0))).toEqual([true, true, false]);
  expect(bundle.length).toBe(64 * 1024);
  bundle.clear();
  expect([a, half, half].map((frame) => bundle.add(frame, 1))).toEqual([true, true, false]);
  expect(bundle.bytes.toString('latin1', 0, bundle.length)).toBe(alone(a, 1) + alone(half, 1));
});

it('B1.3 nothing of a message is left when the turn of the event loop ends', async () => {
  const bundle = new Bundle();
  for (let turn = 0; turn < 2; turn++) {
    expect(bundled(bundle, [a, b], turn)).toBe(alone(a, turn) + alone(b, turn));
    await new Promise(setImmediate);
    expect(bundle.bytes.every((byte) => byte === 0)).toBe(true);
  }
});
