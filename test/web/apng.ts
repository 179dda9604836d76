import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture as the browser takes it, and how long it stays. */
export interface Shot {
  png: Buffer;
  ms: number;
}

interface Pixels {
  width: number;
  height: number;
  /** 0xRRGGBB, row by row. */
  colors: Uint32Array;
}

/** Of 256 colours one is kept for "as in the frame before". */
const maxColors = 255;

/** Puts pictures of one size together to an animated PNG of 256 colours, in which each frame holds what has changed. */
export function animate(shots: Shot[]): Buffer {
  const frames = shots.map(({ png }) => decode(png));
  const { width, height } = frames[0]!;
  const indexOf = paletteOf(frames);
  const palette = Buffer.alloc(3 * (maxColors + 1));
  for (const [color, index] of indexOf.exact) palette.writeUIntBE(color, 3 * index, 3);
  const chunks = [
    chunk('IHDR', uint32(width), uint32(height), Buffer.from([8, 3, 0, 0, 0])),
    chunk('acTL', uint32(frames.length), uint32(0)),
    chunk('PLTE', palette),
    chunk('tRNS', Buffer.from([...Array(maxColors).fill(255), 0])),
  ];
  let sequence = 0;
  frames.forEach((frame, number) => {
    const box = number === 0 ? { left: 0, top: 0, width, height } : changed(frames[number - 1]!, frame);
    const rows = Buffer.alloc((box.width + 1) * box.height);
    for (let y = 0; y < box.height; y++) {
      for (let x = 0; x < box.width; x++) {
        const place = (box.top + y) * width + box.left + x;
        const color = frame.colors[place]!;
        const isSame = number > 0 && frames[number - 1]!.colors[place] === color;
        rows[y * (box.width + 1) + 1 + x] = isSame ? maxColors : indexOf.of(color);
      }
    }
    const size = [uint32(box.width), uint32(box.height), uint32(box.left), uint32(box.top)];
    const delay = Buffer.from([shots[number]!.ms >> 8, shots[number]!.ms & 255, 3, 232, 0, 1]);
    chunks.push(chunk('fcTL', uint32(sequence++), ...size, delay));
    const data = deflateSync(rows, { level: 9 });
    chunks.push(number === 0 ? chunk('IDAT', data) : chunk('fdAT', uint32(sequence++), data));
  });
  return Buffer.concat([signature, ...chunks, chunk('IEND')]);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function chunk(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), ...parts]);
  return Buffer.concat([uint32(body.length - 4), body, uint32(crc32(body))]);
}

/** Reads what a browser writes: eight bits, no palette, not interlaced. */
function decode(png: Buffer): Pixels {
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const depth = png[25] === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * depth;
  const bytes = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const left = x < depth ? 0 : bytes[y * stride + x - depth]!;
      const up = y === 0 ? 0 : bytes[(y - 1) * stride + x]!;
      const corner = x < depth || y === 0 ? 0 : bytes[(y - 1) * stride + x - depth]!;
      bytes[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + predicted(filter, left, up, corner);
    }
  }
  const colors = Uint32Array.from({ length: width * height }, (_, pixel) => {
    const at = pixel * depth;
    return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  });
  return { width, height, colors };
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter < 2) return filter === 1 ? left : 0;
  if (filter < 4) return filter === 2 ? up : (left + up) >> 1;
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((each) => Math.abs(guess - each)) as [
    number,
    number,
    number,
  ];
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

/** The commonest colours; any other is shown as the nearest of them. */
function paletteOf(frames: Pixels[]) {
  const counts = new Map<number, number>();
  for (const { colors } of frames)
    for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const common = [...counts].sort(([, one], [, other]) => other - one).slice(0, maxColors);
  const exact = new Map(common.map(([color], index) => [color, index]));
  const near = new Map<number, number>();
  const distance = (one: number, other: number) => {
    return [16, 8, 0].reduce(
      (sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2,
      0,
    );
  };
  return {
    exact,
    of(color: number): number {
      const known = exact.get(color) ?? near.get(color);
      if (known !== undefined) return known;
      const [nearest] = [...exact].reduce((best, next) =>
        distance(next[0], color) < distance(best[0], color) ? next : best,
      );
      near.set(color, exact.get(nearest)!);
      return exact.get(nearest)!;
    },
  };
}

/** The smallest rectangle outside of which two frames are the same. */
function changed(before: Pixels, { width, height, colors }: Pixels) {
  let [left, right, top, bottom] = [width - 1, 0, height - 1, 0];
  colors.forEach((color, place) => {
    if (color === before.colors[place]) return;
    const [x, y] = [place % width, Math.floor(place / width)];
    [left, right, top, bottom] = [
      Math.min(left, x),
      Math.max(right, x),
      Math.min(top, y),
      Math.max(bottom, y),
    ];
  });
  if (left > right) return { left: 0, top: 0, width: 1, height: 1 };
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}
