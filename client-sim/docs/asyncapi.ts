import { closings } from '../../server/protocol/close-codes.ts';
import {
  clientFrames,
  connectPath,
  type Field,
  frameSchema,
  loginQuery,
  serverFrames,
} from '../../server/protocol/frames.ts';
import { version } from '../../server/version.ts';

/** Describes the WebSocket of simulated clients in AsyncAPI 3 (B5). */
export function asyncApi() {
  const ends = Object.entries(closings).map(([code, reason]) => `${code}: ${reason}`);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'status-sim',
      version,
      description: 'The WebSocket of simulated clients. The HTTP calls are described at /docs/json.',
    },
    channels: {
      session: {
        address: connectPath,
        description: `One session of a user. It ends with a close code. ${ends.join(' ')}`,
        messages: { ...messages(serverFrames), ...messages(clientFrames) },
        bindings: { ws: { method: 'GET', query: loginQuery } },
      },
    },
    operations: {
      sendFrames: operation('send', 'What the simulator sends; `connected` comes first.', serverFrames),
      receiveFrames: operation('receive', 'What a client may send.', clientFrames),
    },
  };
}

type Frames = Readonly<Record<string, Readonly<Record<string, Field>>>>;

function messages(frames: Frames) {
  const named = Object.entries(frames).map(([name, shape]) => {
    return [name, { name, contentType: 'application/json', payload: frameSchema(shape) }];
  });
  return Object.fromEntries(named);
}

function operation(action: 'send' | 'receive', summary: string, frames: Frames) {
  return {
    action,
    summary,
    channel: { $ref: '#/channels/session' },
    messages: Object.keys(frames).map((name) => ({ $ref: `#/channels/session/messages/${name}` })),
  };
}
