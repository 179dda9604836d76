import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect } from 'vitest';
import { Composer } from '../../client-sim/cli/composer.ts';
import { it as base } from '../fixtures/simulator.ts';

/** What a terminal is to a program: a stream that says so. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  readonly columns = 80;
}

const it = base
  .extend('toUserId', 'bob')
  /** Alice at a terminal. */
  .extend('alice', async ({ connect, toUserId }, { onCleanup }) => {
    const [input, output] = [new Terminal(), new Terminal()];
    const composer = new Composer({ session: await connect('alice') }, toUserId, { input, output });
    onCleanup(() => composer.close());
    /** What has come to the screen since the last look, without what steers it. */
    const look = () => stripVTControlCharacters(String(output.read() ?? ''));
    return { composer, input, output, look };
  })
  .extend('bob', ({ connect }) => connect('bob'));

it('each line that is typed is a text message', async ({ alice, bob }) => {
  alice.input.write('hello\r');
  const { fromUserId, content } = await bob.next({ type: 'status', objectName: 'RC:TxtMsg' });
  expect({ fromUserId, content }).toEqual({ fromUserId: 'alice', content: '{"content":"hello"}' });
});

it('the first key lets the other one know, the following ones do not', async ({ alice, bob }) => {
  alice.input.write('h');
  await bob.next({ type: 'status', objectName: 'RC:TypSts' });
  alice.input.write('ello\r');
  await bob.next({ type: 'status', objectName: 'RC:TxtMsg' });
  expect(bob.received.map(({ objectName }) => objectName)).toEqual(['RC:TypSts', 'RC:TxtMsg']);
});

it('an empty line is not sent', async ({ alice, bob }) => {
  alice.input.write('\r \rhello\r');
  await bob.next({ type: 'status', objectName: 'RC:TxtMsg', content: '{"content":"hello"}' });
  expect(bob.received.filter(({ objectName }) => objectName === 'RC:TxtMsg')).toHaveLength(1);
});

it('what is written above leaves the prompt and what was typed at the end', async ({ alice, bob }) => {
  alice.input.write('hel');
  await bob.next();
  alice.look();
  alice.composer.above(() => alice.output.write('bob is online\n'));
  expect(alice.look()).toBe('bob is online\n> hel');
});

it('Ctrl-D ends it, and leaves no prompt behind', async ({ alice }) => {
  alice.input.write('\u0004');
  await alice.composer.ended;
  alice.look();
  alice.composer.above(() => alice.output.write('late\n'));
  expect(alice.look()).toBe('late\n');
});

describe('to somebody who cannot be', () => {
  it.override('toUserId', 'x'.repeat(65));

  it('the refusal is told', async ({ alice }) => {
    alice.input.write('hello\r\u0004');
    await alice.composer.ended;
    expect(alice.look()).toContain('error: Refused with 1005: The parameter toUserId is too long: ');
  });
});
