/** What reaches who is online in place of a call that sends what the service stores: typing is often posted there. */
const onlineCalls: readonly [RegExp, string][] = [
  [/^\/message\/(private|system)\/publish/, '/statusmessage/private/publish.json'],
  [/^\/message\/(group|ultragroup|chatroom)\/publish/, '/statusmessage/group/publish.json'],
  [/^\/message\/(chatroom\/)?broadcast\.json/, '/message/online/broadcast.json'],
];

/** Why a call is refused that RongCloud has, and what to use instead (B12.1). */
export function unsimulated(path: string, sendsStored: boolean): string {
  const online = onlineCalls.find(([form]) => form.test(path))?.[1];
  const advice = online === undefined ? '' : ` To reach only who is online, post to ${online}.`;
  const what = sendsStored ? 'sends stored messages, which are' : "is a call of RongCloud's that is";
  return `${path} ${what} not simulated.${advice}`;
}
