import { describe, expect, it } from 'vitest';
import { isSignedBy, sign } from '../../server/core/signature.ts';

/** What the official SDKs really sent, each with the secret `secr` (A2). */
const vectors: [sdk: string, nonce: string, timestamp: string, signature: string][] = [
  ['Java 4.0.11', '259034.13247311802', '1795424866', '904a86ce4ba4d495670fc3f5f3a655002cf4152b'],
  ['Go 4.0.7', '5577006791947779410', '1795425609', '0816628974da2003a96e16b8bf5bcd87344f66b7'],
  ['PHP 3.4.2', '227973201', '1795425563', '67ccd3d0e2965fe5b150471c8715a6273e8a0b39'],
  ['Python 3.1.9', '417946710', '1795425633', '63b6a8733a62945980d603f18b071f79c63f117c'],
  ['Node 3.1.1', '7086767', '1795425634', '31d86002441a70feb5235e8d654ad9624ecc7813'],
];

it.each(vectors)('A2 the %s SDK signs as we do', (_, nonce, timestamp, signature) => {
  expect(sign('secr', nonce, timestamp)).toBe(signature);
});

it.each(vectors)('A2 the signature of the %s SDK is accepted', (_, nonce, timestamp, signature) => {
  expect(isSignedBy('secr', { nonce, timestamp, signature })).toBe(true);
});

describe('A2 the literal texts are signed, whatever they are', () => {
  const [, nonce, timestamp, signature] = vectors[0]!;
  const good = { nonce, timestamp, signature };

  it.each(['1795424866000', '', 'soon'])('A2 with the timestamp "%s"', (text) => {
    const headers = { nonce, timestamp: text, signature: sign('secr', nonce, text) };
    expect(isSignedBy('secr', headers)).toBe(true);
  });

  it.each([
    ['another nonce', { nonce: `${nonce}1` }],
    ['another timestamp', { timestamp: '1795424867' }],
    ['an upper-case signature', { signature: signature.toUpperCase() }],
    ['a signature with another first digit', { signature: `0${signature.slice(1)}` }],
    ['a signature with another last digit', { signature: `${signature.slice(0, -1)}0` }],
    ['a cut signature', { signature: signature.slice(1) }],
    ['a signature of other characters', { signature: '签'.repeat(40) }],
    ['no signature', { signature: '' }],
  ])('B3.10 %s is refused', (_, change) => {
    expect(isSignedBy('secr', { ...good, ...change })).toBe(false);
  });

  it('B3.10 another secret is refused', () => {
    expect(isSignedBy('secret', good)).toBe(false);
  });
});
