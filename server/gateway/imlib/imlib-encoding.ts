import { messageUIDLength } from '../../core/message-uids.ts';
import { oncePerMessage, type StatusMessage } from '../../core/status-message.ts';
import { closeCodes } from '../../protocol/close-codes.ts';
import type { ChannelType } from '../../protocol/frames.ts';
import type { Encoding } from '../client-connection.ts';
import { connAck, disconnect, publishHead } from './frame.ts';
import { type Field, writeFields } from './protobuf.ts';

/** What the client shows at once, and does not ask for when it has been away. */
const statusTopic = 's_msg';

/** What the client calls the kinds of conversation. */
const conversationTypes: Readonly<Record<ChannelType, number>> = { PERSON: 1, GROUP: 3, SYSTEM: 6 };

/** A later login took its place; the session is over for good; ask for an address again (C11). */
const farewells: Readonly<Record<number, Buffer>> = {
  [closeCodes.kicked]: disconnect(1),
  [closeCodes.disconnected]: disconnect(2),
  [closeCodes.shuttingDown]: disconnect(6),
};

/** The frames that a web client gets. */
export const imlibEncoding: Encoding = {
  greeting: ({ userId, id, openedAt }) => connAck(userId, id, openedAt),

  status: oncePerMessage((message) => ({
    before: Buffer.concat([publishHead(statusTopic, message.sentTime), messageUIDKey]),
    messageUIDs: message.messageUIDs,
    after: writeFields(...fieldsOf(message, message.request.fromUserId, 2)),
  })),

  /** One for each conversation, by which the client files messages. Made one by one: there may be a thousand. */
  *echo(message) {
    const { fromUserId, groupId, toUserIds } = message.request;
    const partners = groupId === undefined ? toUserIds : [fromUserId];
    for (const [index, userId] of partners.entries()) {
      const fields = writeFields([9, message.messageUIDs.of(index)], ...fieldsOf(message, userId, 1));
      const before = Buffer.concat([publishHead(statusTopic, message.sentTime), fields]);
      yield { before, messageUIDs: undefined, after: '' };
    }
  },

  farewell: (code) => farewells[code],
};

/**
 * All but the messageUID.
 * @param partner who wrote it; of what the client's own user wrote, whom it is for
 * @param direction 1 sent, 2 received
 */
function fieldsOf({ request, sentTime }: StatusMessage, partner: string, direction: 1 | 2): Field[] {
  const { channelType, groupId, objectName, content } = request;
  return [
    [1, partner],
    [2, conversationTypes[channelType]],
    ...(groupId === undefined ? [] : [[3, groupId] satisfies Field]),
    [4, objectName],
    [5, content],
    [6, sentTime],
    [7, 0],
    [10, direction],
    [20, 64], // a status message: raises no unread number, and is not kept
  ];
}

/** What stands before a messageUID, which is the ninth field. */
const messageUIDKey = Buffer.from([0x4a, messageUIDLength]);
