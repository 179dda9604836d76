import { randomUUID } from 'node:crypto';
import type { Candidate } from '../candidate.ts';
import {
  httpOk,
  numberedUID,
  postForm,
  statusText,
  statusTextAround,
  upgrade,
  upgraded,
  webSocketFrameBytes,
} from '../wire.ts';
import { bareFastify } from './bare-fastify.ts';

const path = '/publish';

export const fastifyWs: Candidate = {
  name: 'fastify-ws',
  about: 'Fastify and ws.send(), as one would write it, with the shared text made once',
  wire: {
    opening: (userId) => upgrade(`/${userId}`),
    opened: upgraded,
    publish: (to, content) => postForm(path, to, content),
    answer: httpOk,
    frameBytes: (content) => webSocketFrameBytes(statusText(content, numberedUID())),
  },
  serve() {
    return bareFastify(path, (body, sessions) => {
      const form = new URLSearchParams(body.toString());
      const [before, after] = statusTextAround(form.get('content')!);
      const messageUIDs = form.getAll('toUserId').map((userId) => {
        const messageUID = randomUUID().slice(0, 19);
        sessions.get(userId)?.send(before + messageUID + after);
        return { userId, messageUID };
      });
      return JSON.stringify({ code: 200, messageUIDs });
    });
  },
};
