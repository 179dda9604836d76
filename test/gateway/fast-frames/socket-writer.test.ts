import { once } from 'node:events';
import { readSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { it as base, describe, expect, vi } from 'vitest';
import { descriptorOf, SocketWriter } from '../../../server/gateway/fast-frames/fast-writer.ts';

/** Both ends of a connection. */
interface Pair {
  server: Socket;
  client: Socket;
  /** All that the client has got once the server has ended. */
  received(): Promise<string>;
}

const it = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads in it that no other fixture is needed
  .extend('listener', async ({}, { onCleanup }) => {
    const listener = createServer().listen(0, '127.0.0.1');
    onCleanup(() => void listener.close());
    await once(listener, 'listening');
    return listener;
  })
  .extend('pair', ({ listener, onTestFinished }) => async (): Promise<Pair> => {
    const connected = once(listener, 'connection') as Promise<[Socket]>;
    const client = connect((listener.address() as AddressInfo).port, '127.0.0.1').pause();
    const [server] = await connected;
    for (const end of [client, server]) end.on('error', () => {});
    onTestFinished(() => {
      client.destroy();
      server.destroy();
    });
    const received = async () => Buffer.concat(await client.toArray()).toString();
    return { server, client, received };
  });

/** Writes until the kernel takes no more; returns what was written. */
function fill(socket: Socket): string {
  const chunk = 'x'.repeat(2 ** 20);
  let written = '';
  while (socket.writableLength === 0) {
    socket.write(chunk);
    written += chunk;
  }
  return written;
}

/** Reads at once, past a stream that is paused, until there is no more; returns what was read. */
function drain(socket: Socket): string {
  const bytes = Buffer.alloc(2 ** 20);
  let read = '';
  try {
    for (;;) read += bytes.toString('latin1', 0, readSync(descriptorOf(socket)!, bytes));
  } catch {
    return read;
  }
}

const message = Buffer.from('<message>');

const writerTo = (socket: Socket) => new SocketWriter(socket, descriptorOf(socket)!);

it('writes past the stream when that has nothing to do', async ({ pair }) => {
  const { server, received } = await pair();
  const write = vi.spyOn(server, 'write');
  writerTo(server).write(message, 8);
  expect(write).not.toHaveBeenCalled();
  server.end();
  expect(await received()).toBe('<message');
});

it('a socket that is gone has no descriptor', async ({ pair }) => {
  const { server } = await pair();
  expect(descriptorOf(server)).toBeGreaterThanOrEqual(0);
  server.destroy();
  expect(descriptorOf(server)).toBeUndefined();
});

describe('it overtakes nothing', () => {
  it('that waits in the stream', async ({ pair }) => {
    const { server, received } = await pair();
    const filling = fill(server);
    writerTo(server).write(message, message.length);
    server.end();
    expect((await received()) === `${filling}<message>`).toBe(true);
  });

  it('that waits in the stream, though the kernel takes more again', async ({ pair }) => {
    const { server, client, received } = await pair();
    const filling = fill(server);
    const drained = drain(client);
    writerTo(server).write(message, message.length);
    server.end();
    expect(drained + (await received()) === `${filling}<message>`).toBe(true);
  });

  it('that somebody else has written meanwhile', async ({ pair }) => {
    const { server, received } = await pair();
    const writer = writerTo(server);
    writer.write(message, message.length);
    const filling = fill(server);
    expect(writer.streamBytes).toBe(server.writableLength);
    writer.write(message, message.length);
    server.end();
    expect((await received()) === `<message>${filling}<message>`).toBe(true);
  });

  it('while the stream is corked', async ({ pair }) => {
    const { server, received } = await pair();
    const writer = writerTo(server);
    writer.write(Buffer.from('<first>'), 7);
    server.cork();
    writer.write(message, message.length);
    expect(writer.streamBytes).toBe(message.length);
    server.uncork();
    expect(writer.streamBytes).toBe(0);
    writer.write(message, message.length);
    server.end();
    expect(await received()).toBe('<first><message><message>');
  });

  it('of what the kernel took in part', async ({ pair }) => {
    const { server, received } = await pair();
    const large = Buffer.alloc(2 ** 25, 'y');
    const writer = writerTo(server);
    writer.write(large, large.length);
    expect(writer.streamBytes).toBeGreaterThan(0);
    expect(writer.streamBytes).toBe(server.writableLength);
    writer.write(message, message.length);
    server.end();
    expect((await received()) === `${large}<message>`).toBe(true);
  });
});

it.for([0, 3, 6])('what has to wait is a copy up to byte %i', async (keptFrom, { pair }) => {
  const { server, received } = await pair();
  const filling = fill(server);
  const bytes = Buffer.from('abcdef');
  writerTo(server).write(bytes, bytes.length, keptFrom);
  bytes.fill('.');
  server.end();
  const expected = 'abcdef'.slice(0, keptFrom) + '.'.repeat(6 - keptFrom);
  expect((await received()).slice(filling.length)).toBe(expected);
});

it('a destroyed socket writes nothing, least of all to the next with its descriptor', async ({ pair }) => {
  const first = await pair();
  const descriptor = descriptorOf(first.server);
  const writer = writerTo(first.server);
  const closed = [once(first.server, 'close'), once(first.client, 'close')];
  first.client.destroy();
  first.server.destroy();
  await Promise.all(closed);
  const next = await pair(); // the kernel gives the lowest that is free
  expect(descriptorOf(next.server)).toBe(descriptor);
  writer.write(message, message.length);
  next.server.end();
  expect(await next.received()).toBe('');
});

it('what goes wrong with a socket is told by its stream', async ({ pair }) => {
  const { server, client } = await pair();
  const failed = once(server, 'error');
  server.pause(); // else it would read of it
  client.resetAndDestroy();
  await once(client, 'close');
  writerTo(server).write(message, message.length);
  await expect(failed).resolves.toMatchObject([{ syscall: 'write' }]);
});
