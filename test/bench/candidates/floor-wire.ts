import { numberedUID, statusText, type Wire, webSocketFrameBytes } from '../wire.ts';

/** The lines that the floors understand: they send as many bytes as the others, and know no users. */
export const floorWire: Wire = {
  opening: () => 'session\n',
  opened: 'ok\n',
  publish: ({ online }, content) => Buffer.from(`publish ${online} ${frameBytes(content)}\n`),
  answer: 'done\n',
  frameBytes,
};

function frameBytes(content: string): number {
  return webSocketFrameBytes(statusText(content, numberedUID()));
}
