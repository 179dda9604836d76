export { closeCodes } from '../server/protocol/close-codes.ts';
export type {
  EchoFrame,
  ErrorFrame,
  GroupUID,
  Platform,
  PresenceFrame,
  RecipientUID,
  ServerFrame,
  StatusFrame,
} from '../server/protocol/frames.ts';
export type { MessageTypeFlags } from '../server/protocol/message-types.ts';
export type { ClientEvents, ClientPublish, Closing, LookOptions, SimClient, WaitOptions } from './client.ts';
export { PublishError } from './client.ts';
export { ConnectError, type ConnectOptions, connectClient } from './connect.ts';
export type { Match, ReceivedFrame } from './inbox.ts';
export { connectLasting, type LastingClient, type LastingOptions } from './lasting-client.ts';
export { MessageTypes } from './message-types.ts';
export {
  PublishRefused,
  type StatusPublish,
  type StatusPublished,
  StatusPublisher,
  type StatusPublisherOptions,
} from './publisher.ts';
export {
  type AppMessage,
  type Conversation,
  ReceivingApp,
  type ReceivingAppOptions,
} from './receiving-app.ts';
export { type Clock, TypingReceiver, TypingSender, typingType } from './typing.js';
export { type TypingPreset, typingPresets } from './typing-presets.js';
