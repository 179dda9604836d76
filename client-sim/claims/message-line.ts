import type { ReceivedFrame } from '../inbox.ts';
import { quote } from './quote.ts';

/** As in `RC:TxtMsg from "alice": {"content":"hi"}`. */
export function describeMessage(message: ReceivedFrame): string {
  const { type, objectName, fromUserId, content } = message;
  const group = 'groupId' in message ? ` in group ${quote(message.groupId)}` : '';
  return `${type === 'echo' ? 'echo of ' : ''}${objectName} from ${quote(fromUserId)}${group}: ${describeContent(content)}`;
}

/** The UID that identifies a message; of an echo, which lists all recipients', the first. */
export function uidOf(message: ReceivedFrame): string | undefined {
  return message.type === 'status' ? message.messageUID : message.messageUIDs[0]?.messageUID;
}

function describeContent(content: string): string {
  try {
    return quote(JSON.parse(content));
  } catch {
    return quote(content);
  }
}
