import type { Candidate } from '../candidate.ts';
import { httpOk, postForm, upgrade, upgraded } from '../wire.ts';
import { bareFastify } from './bare-fastify.ts';

const path = '/publish';

export const barePost: Candidate = {
  name: 'bare-post',
  about: 'Fastify: the same POST, answered, and delivered to nobody',
  wire: {
    opening: () => upgrade('/'),
    opened: upgraded,
    publish: (to, content) => postForm(path, to, content),
    answer: httpOk,
    frameBytes: () => 0,
  },
  serve: () => bareFastify(path, () => '{"code":200}'),
};
