import { expect, it } from 'vitest';
import { Label } from '../../../client-sim/swarm/label.ts';

it('the content of a message tells its number', () => {
  const label = new Label('run');
  expect(label.numberOf(label.contentOf(17, 'app:mood'))).toBe(17);
});

it('a typing says so in its content, as every typing does', () => {
  expect(JSON.parse(new Label('run').contentOf(17, 'RC:TypSts'))).toMatchObject({
    typingContentType: 'RC:TxtMsg',
  });
});

it.for([
  'hello',
  '',
  'null',
  '17',
  '{"message":17}',
  '{"swarm":"other","message":17}',
  '{"swarm":"run","message":"x"}',
])('content that is none of its own has no number: %s', (content) => {
  expect(new Label('run').numberOf(content)).toBeUndefined();
});
