import { join } from 'node:path';
import type { Candidate } from '../candidate.ts';
import { compile } from '../compile.ts';
import { floorWire } from './floor-wire.ts';

export const floorC: Candidate = {
  name: 'floor-c',
  about: 'C: one send() of a prebuilt frame for each recipient',
  wire: floorWire,
  async command(port) {
    const program = await compile(join(import.meta.dirname, 'floor.c'));
    return { program, args: [String(port)], readyText: 'listening' };
  },
};
