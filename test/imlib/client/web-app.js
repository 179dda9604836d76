/**
 * A small web app on RongCloud's client, the same in a browser and in Node: it does what its test asks for by name, and
 * tells what happens to it.
 *
 * @param imlib the client's module
 * @param tell called with the name of each event and its data
 */
export function startWebApp(imlib, tell) {
  const told = {
    CONNECTING: () => undefined,
    CONNECTED: () => undefined,
    SUSPEND: (code) => code,
    DISCONNECT: (code) => code,
    PULL_OFFLINE_MESSAGE_FINISHED: () => undefined,
    CONVERSATION: () => undefined,
    MESSAGES: ({ messages }) => messages,
    TYPING_STATUS: ({ status }) => status,
  };
  return {
    init(appkey, options = {}) {
      imlib.init({ appkey, ...options });
      for (const [name, data] of Object.entries(told)) {
        imlib.addEventListener(imlib.Events[name], (event) => tell(name, data(event)));
      }
    },
    connect: (token) => imlib.connect(token),
    disconnect: (...args) => imlib.disconnect(...args),
    unread: async () => (await imlib.getTotalUnreadCount()).data,
    typing: (conversationType, targetId) =>
      imlib.sendTypingStatusMessage({ conversationType, targetId }, 'RC:TxtMsg'),
    /** An ordinary message, which RongCloud stores. */
    sendText: (conversationType, targetId, content) =>
      imlib.sendTextMessage({ conversationType, targetId }, { content }),
    /** A status message, for its type is registered as one. */
    sendStatus(conversationType, targetId, objectName, content) {
      const Message = imlib.registerMessageType(objectName, false, false, [], true);
      return imlib.sendMessage({ conversationType, targetId }, new Message(content));
    },
    /** Asks for something at any address; tells what comes of it. */
    fetch: (url) => fetch(url, { mode: 'no-cors' }).then(() => 'reached', String),
  };
}
