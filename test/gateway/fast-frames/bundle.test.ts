import { expect, it } from 'vitest';
import { MessageUIDs } from '../../../server/core/status-message.ts';
import { Bundle } from '../../../server/gateway/fast-frames/bundle.ts';
import { EncodedFrame } from '../../../server/gateway/fast-frames/encoded-frame.ts';

/** A frame with this content behind its messageUID. */
function frameOf(content: string): EncodedFrame {
  const messageUIDs = new MessageUIDs('5GSBRPM1KP8H', 1000);
  return new EncodedFrame({ before: '<', messageUIDs, after: `>${content}` });
}

const [a, b] = [frameOf('a'), frameOf('b')];

/** The frames by the letters of the table. */
const frames: Readonly<Record<string, EncodedFrame>> = {
  a,
  b,
  c: frameOf('c'),
  L: frameOf('longer'),
};

/** What one client gets, as this recipient. */
function bundled(bundle: Bundle, frames: EncodedFrame[], recipientIndex: number): string {
  for (const frame of frames) expect(bundle.add(frame, recipientIndex)).toBe(true);
  const bytes = bundle.bytes.toString('latin1', 0, bundle.length);
  bundle.rewind();
  return bytes;
}

function alone(frame: EncodedFrame, recipientIndex: number): string {
  return frame.addressedTo(recipientIndex).toString('latin1');
}

it.each([
  { name: 'the same', clients: ['abc', 'abc', 'abc'] },
  { name: 'another in the midst', clients: ['abc', 'acc', 'abc'] },
  { name: 'a longer one in the midst', clients: ['abc', 'aLc', 'abc'] },
  { name: 'another in front', clients: ['abc', 'cbc', 'abc'] },
  { name: 'fewer', clients: ['abc', 'ab', 'abc'] },
  { name: 'fewer and then others', clients: ['abc', 'a', 'Lbc'] },
  { name: 'more', clients: ['a', 'ab', 'abLc'] },
  { name: 'the same twice', clients: ['aa', 'a', 'aaa'] },
  { name: 'nothing', clients: ['ab', '', 'ab'] },
])('each client gets its own after others: $name', ({ clients }) => {
  const bundle = new Bundle();
  for (const [recipientIndex, letters] of clients.entries()) {
    const own = [...letters].map((letter) => frames[letter]!);
    expect(bundled(bundle, own, recipientIndex)).toBe(
      own.map((frame) => alone(frame, recipientIndex)).join(''),
    );
  }
});

it('takes up to 64 KiB', () => {
  const bundle = new Bundle();
  const header = a.bytes.length - 1;
  const half = frameOf('x'.repeat(32 * 1024 - header - 2));
  expect(half.bytes.length).toBe(32 * 1024);
  expect([half, half, a].map((frame) => bundle.add(frame, 0))).toEqual([true, true, false]);
  expect(bundle.length).toBe(64 * 1024);
  bundle.rewind();
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
