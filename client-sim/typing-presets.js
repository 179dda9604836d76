/**
 * The timers of one product, ready for `TypingSender` and `TypingReceiver`.
 * @typedef {object} TypingPreset
 * @property {string} product
 * @property {number} refreshMs
 * @property {number | undefined} idleStopMs Undefined: the product does not stop by itself.
 * @property {number} expiryMs
 * @property {boolean} saysStop Whether the product tells the others when its user stops.
 */

/**
 * The timers that chat products use, as they document them.
 * @type {Record<'rongcloud' | 'zulip' | 'signal' | 'matrix' | 'ably' | 'stream' | 'pubnub', TypingPreset>}
 */
export const typingPresets = {
  // https://docs.rongcloud.cn/ios-imlib/conversation/typing-status
  rongcloud: {
    product: 'RongCloud',
    refreshMs: 6000,
    idleStopMs: undefined,
    expiryMs: 6000,
    saysStop: false,
  },

  // https://zulip.com/api/register-queue, server_typing_…_milliseconds: what clients use with servers before 8.0.
  // Later servers name their own, by default 30, 12 and 45.
  zulip: { product: 'Zulip', refreshMs: 10_000, idleStopMs: 5000, expiryMs: 15_000, saysStop: true },

  // https://github.com/signalapp/Signal-Android: TypingStatusSender.java and TypingStatusRepository.java
  signal: { product: 'Signal', refreshMs: 10_000, idleStopMs: 3000, expiryMs: 15_000, saysStop: true },

  // https://spec.matrix.org/latest/client-server-api/#typing-notifications: refresh after no more than 20 to 30 seconds,
  // and 5 before the time-out. Of a time-out of 30 that leaves 25.
  matrix: { product: 'Matrix', refreshMs: 25_000, idleStopMs: undefined, expiryMs: 30_000, saysStop: true },

  // https://github.com/ably/ably-chat-js, heartbeatThrottleMs (CHA-T10), and 2 seconds of grace on top (CHA-T10a)
  ably: { product: 'Ably', refreshMs: 10_000, idleStopMs: undefined, expiryMs: 12_000, saysStop: true },

  // https://getstream.io/chat/docs/node/typing-indicators: "at most once every two seconds"; its JavaScript client says
  // the stop one second after the last keystroke (https://github.com/GetStream/stream-chat-js: clean() in channel.ts); the
  // SDKs take a typing off after 7 (https://pub.dev/documentation/stream_chat/latest/stream_chat/incomingTypingStartEventTimeout-constant.html)
  stream: { product: 'Stream', refreshMs: 2000, idleStopMs: 1000, expiryMs: 7000, saysStop: true },

  // https://www.pubnub.com/docs/chat/unity-chat-sdk/build/features/channels/typing-indicator: a time-out of 5 seconds, and
  // one second before it the next may be sent
  pubnub: { product: 'PubNub', refreshMs: 4000, idleStopMs: undefined, expiryMs: 5000, saysStop: true },
};
