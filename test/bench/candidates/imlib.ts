import { MessageUIDs, StatusMessage } from '../../../server/core/status-message.ts';
import { issueToken } from '../../../server/core/token.ts';
import { EncodedFrame } from '../../../server/gateway/fast-frames/encoded-frame.ts';
import { imlibEncoding } from '../../../server/gateway/imlib/imlib-dialect.ts';
import type { Candidate } from '../candidate.ts';
import { objectName, sender, sentTime, upgrade } from '../wire.ts';
import { app, statusSim } from './status-sim.ts';

/** How a CONNACK begins that lets a client in; there is no zero behind it yet. */
const letIn = '\x20\0\0\0';

export const imlib: Candidate = {
  ...statusSim,
  name: 'imlib',
  about: "this project, its sessions those of RongCloud's web client",
  isVariant: true,
  wire: {
    ...statusSim.wire,
    opening(userId) {
      const token = issueToken(app.key, app.secret, { userId, issuedAt: 0 });
      return upgrade(`/websocket?appId=${app.key}&token=${token}&protocolVer=3`);
    },
    opened: letIn,
    frameBytes(content) {
      const request = {
        channelType: 'PERSON',
        fromUserId: sender,
        toUserIds: ['user'],
        objectName,
        content,
      } as const;
      const flags = { verifyBlacklist: false, includeSender: false };
      const message = new StatusMessage(
        { ...request, ...flags },
        new MessageUIDs('5GSBRPM1KP8H', 1),
        sentTime,
      );
      return EncodedFrame.of(imlibEncoding.status(message)).bytes.length;
    },
  },
};
