import type { Candidate } from '../candidate.ts';
import { httpOk, postForm, upgrade, upgraded } from '../wire.ts';
import { bareFastify } from './bare-fastify.ts';
import { headers } from './status-sim.ts';

const path = '/publish';

export const barePost: Candidate = {
  name: 'bare-post',
  about: 'Fastify: the very POST that status-sim gets, answered, and delivered to nobody',
  wire: {
    opening: () => upgrade('/'),
    opened: upgraded,
    publish: (to, content) => postForm(path, to, content, headers),
    answer: httpOk,
    frameBytes: () => 0,
  },
  serve: () => bareFastify(path, () => '{"code":200}'),
};
