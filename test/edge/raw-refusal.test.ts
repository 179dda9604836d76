import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { ApiError } from '../../server/core/api-error.ts';
import { refuseRaw } from '../../server/edge/raw-refusal.ts';

it('a client that is gone before it reads why it is refused does no harm', () => {
  const socket = new PassThrough();
  refuseRaw(socket, new ApiError('badParameter', 'No.'), '/connect');
  expect(() => socket.emit('error', new Error('read ECONNRESET'))).not.toThrow();
});
