import { expect, it } from 'vitest';
import { simCalls } from '../../client-sim/docs/sim-docs.ts';
import { simDocs } from '../../server/http/route-docs.ts';

it.each(Object.entries(simCalls))(
  'A5 %s may be refused for its token or its parameters, and as its own documentation says',
  (name, call) => {
    const { codes = [] } = call as { codes?: number[] };
    expect(simDocs(name as keyof typeof simCalls).config.docs?.codes).toEqual([1007, 1002, ...codes]);
  },
);
