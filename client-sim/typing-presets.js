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
 * @param {string} product
 * @param {{ refresh: number, idleStop?: number, expiry: number, saysStop?: boolean }} seconds
 * @returns {TypingPreset}
 */
const preset = (product, { refresh, idleStop, expiry, saysStop = true }) => ({
  product,
  refreshMs: refresh * 1000,
  idleStopMs: idleStop === undefined ? undefined : idleStop * 1000,
  expiryMs: expiry * 1000,
  saysStop,
});

/** The timers that chat products use, as they document them. In seconds here, in milliseconds to whoever reads them. */
export const typingPresets = {
  // https://docs.rongcloud.cn/ios-imlib/conversation/typing-status
  rongcloud: preset('RongCloud', { refresh: 6, expiry: 6, saysStop: false }),

  // https://zulip.com/api/register-queue, server_typing_…_milliseconds: what clients use with servers before 8.0.
  // Later servers name their own, by default 30, 12 and 45.
  zulip: preset('Zulip', { refresh: 10, idleStop: 5, expiry: 15 }),

  // https://github.com/signalapp/Signal-Android: TypingStatusSender.java and TypingStatusRepository.java
  signal: preset('Signal', { refresh: 10, idleStop: 3, expiry: 15 }),

  // https://spec.matrix.org/latest/client-server-api/#typing-notifications: refresh after no more than 20 to 30 seconds,
  // and 5 before the time-out. Of a time-out of 30 that leaves 25.
  matrix: preset('Matrix', { refresh: 25, expiry: 30 }),

  // https://github.com/ably/ably-chat-js, heartbeatThrottleMs (CHA-T10), and 2 seconds of grace on top (CHA-T10a)
  ably: preset('Ably', { refresh: 10, expiry: 12 }),

  // https://getstream.io/chat/docs/node/typing-indicators: "at most once every two seconds"; its JavaScript client says
  // the stop one second after the last keystroke (https://github.com/GetStream/stream-chat-js: clean() in channel.ts); the
  // SDKs take a typing off after 7 (https://pub.dev/documentation/stream_chat/latest/stream_chat/incomingTypingStartEventTimeout-constant.html)
  stream: preset('Stream', { refresh: 2, idleStop: 1, expiry: 7 }),

  // https://www.pubnub.com/docs/chat/unity-chat-sdk/build/features/channels/typing-indicator: a time-out of 5 seconds, and
  // one second before it the next may be sent
  pubnub: preset('PubNub', { refresh: 4, expiry: 5 }),
};
