import { boolean, integer, type JsonSchema, list, object, text } from '../../server/protocol/json-schema.ts';
import { limits } from '../../server/protocol/limits.ts';
import type { RouteDocs } from './openapi.ts';
import type { ParameterDocs } from './rongcloud-docs.ts';

/** What each fault does (B6.10). */
export const faultEffects = {
  'half-open': 'sessions look alive, and nothing passes',
  freeze: 'the client stops reading',
  reset: 'sessions are cut off, once',
  delay: 'messages leave delayMs later',
  'drop-next': 'the next count messages are lost',
  'disconnect-at': 'sessions are cut off when the next publish gets to recipient number recipient',
  'refuse-publish': 'publishes are refused with code',
  'lose-response': 'publishes are delivered, but not answered',
  'hold-publish': 'publishes wait, and their callers with them, until they are released',
  'hold-arrival': 'messages wait until they are released',
  'webhook-refuse': 'events of the webhook are refused as if by the receiver, and posted again later',
  'webhook-repeat': 'events of the webhook are posted twice',
  'webhook-delay': 'events of the webhook are delayMs late',
  'webhook-reorder': 'an event of the webhook lets the next one go first',
};

/** The parameters of the simulator's own calls; where two have the same name, by what they are. */
export const simAbout = {
  user: { description: 'The user.', example: 'bob' },
  hostedUser: { description: 'The user to bring online.', example: 'bob' },
  faultyUser: { description: 'The user it affects.', example: 'bob' },
  sessionId: { description: 'Only this session of the user.', example: undefined },
  closeCode: {
    description:
      'What closes them: a close code, none for a close frame without one, cut for no close frame.',
    example: '4011',
  },
  reason: { description: 'The reason in the close frame.', example: undefined },
  onPlatform: { description: 'Only sessions of the user on this platform.', example: undefined },
  onlyUser: { description: '… or the user of the only one.', example: 'alice' },
  client: { description: 'The id of a simulated client …', example: undefined },
  platform: { description: 'Without it, the session replaces no other (B5.2).', example: 'ios' },
  matchText: {
    description: 'Only frames with these fields, as JSON.',
    example: '{"fromUserId":"alice"}',
  },
  match: {
    description: 'Fields that a message must have. A content that is an object is compared as JSON.',
    example: { fromUserId: 'alice' },
  },
  waitMs: { description: 'Milliseconds of real time to wait for such a frame.', example: 0 },
  waitFirstMs: { description: 'Milliseconds of real time to wait for such a message first.', example: 0 },
  received: { description: 'Claims that a message that matches has arrived.', example: undefined },
  receivedOnce: { description: 'Claims that exactly one has.', example: undefined },
  receivedNothing: { description: 'Claims that none has, not even an echo.', example: true },
  fault: {
    description: Object.entries(faultEffects)
      .map(([name, effect]) => `${name}: ${effect}.`)
      .join(' '),
    example: 'drop-next',
  },
  count: { description: 'How many times.', example: 1 },
  delayMs: { description: 'In milliseconds.', example: undefined },
  recipient: { description: 'Counted from 1.', example: undefined },
  code: { description: 'An error code of A5.', example: undefined },
  probability: { description: 'Instead of count.', example: undefined },
  timeoutMs: {
    description: 'Milliseconds of real time to wait for the clients; 5000 by default.',
    example: 5000,
  },
  action: {
    description:
      'What to do with the clock: stop it, let it run, advance it, or advance it to the next timer.',
    example: 'freeze',
  },
  at: {
    description: 'With freeze: the time to stop at, in milliseconds since 1970.',
    example: 1_795_424_866_000,
  },
  to: { description: "With resume: the machine's time, not where the clock stands.", example: undefined },
  ms: { description: 'With advance: the number of milliseconds.', example: undefined },
} satisfies Record<string, ParameterDocs>;

const client = { id: text, userId: text, sessionId: text };
const closing = { type: 'object', properties: { code: integer, reason: text } };
const frames = list({ type: 'object' });
const reading = { answer: { now: integer, frozen: boolean }, mayHave: { nextTimerAt: integer } };
const outcome = {
  report: { type: 'object', required: ['recipients', 'echo'], description: 'What became of it (B2).' },
  explanations: list(text),
};
const hints = { ...list(text), description: 'What else may have been meant.' };
const groups = {
  type: 'array',
  description: 'Of a publish to groups, each with its outcome.',
  items: {
    type: 'object',
    required: ['groupId', ...Object.keys(outcome)],
    properties: { ...outcome, hints },
  },
};
const faults = list(
  object(
    { fault: { type: 'string', enum: Object.keys(faultEffects) } },
    { userId: text, sessionId: text, platform: text },
  ),
);
const nothing: Readonly<Record<string, JsonSchema>> = {};

/** All but what the route itself knows. */
export type CallDocs = Omit<RouteDocs, 'group' | 'parameters' | 'query' | 'codes'> &
  Partial<Pick<RouteDocs, 'codes'>>;

/** What the documentation says about the simulator's own calls. The codes are those besides 1002 and 1007. */
export const simCalls = {
  'GET /sim/presence': {
    summary: `Who is online: the first ${limits.presencePage}, and how many there are. Or one user, whose id may be any.`,
    answer: { online: { type: ['integer', 'boolean'] } },
    mayHave: { users: list(object({ userId: text, sessions: integer })), userId: text, sessions: list({}) },
    codes: [1005],
  },
  'GET /sim/presence/:userId': {
    summary: 'Whether a user is online, and with which sessions.',
    answer: {
      userId: text,
      online: boolean,
      sessions: list({ type: 'object', required: ['sessionId', 'openedAt'] }),
    },
  },
  'DELETE /sim/sessions/:userId': {
    summary: 'Close the sessions of a user, with 4011 unless told otherwise.',
    answer: { closed: integer },
    codes: [1005],
  },
  'DELETE /sim/sessions': { summary: 'The same, for any id.', answer: { closed: integer }, codes: [1005] },
  'GET /sim/signature': {
    summary:
      "Headers that sign any of RongCloud's calls, for a caller that has the admin token and not the secret.",
    answer: { headers: { type: 'object', additionalProperties: text } },
  },
  'GET /sim/apps': {
    summary: `The apps: at most ${limits.presencePage}, and how many users are online in each.`,
    answer: { apps: list(object({ appKey: text, online: integer })) },
  },
  'POST /sim/clients': { summary: 'Bring a simulated client online.', answer: client, codes: [1005] },
  'GET /sim/clients': {
    summary: 'The simulated clients.',
    answer: { clients: list(object({ ...client, received: integer, open: boolean }, { closing })) },
  },
  'GET /sim/clients/:id/inbox': {
    summary: 'What a simulated client has received.',
    answer: { frames, discarded: integer, open: boolean },
    mayHave: { closing, explanation: text },
    codes: [404],
  },
  'POST /sim/clients/:id/settle': {
    summary: 'Wait until everything sent to a simulated client has arrived.',
    answer: nothing,
    codes: [404],
  },
  'POST /sim/clients/:id/publish': {
    summary: 'Publish from a simulated client, through its own session.',
    answer: { messageUIDs: frames },
    codes: [404, 1005],
  },
  'DELETE /sim/clients/:id': { summary: 'Take a simulated client offline.', answer: nothing, codes: [404] },
  'POST /sim/expect': {
    summary: 'Judge what a simulated client has received, and explain it. Needs no barrier before.',
    answer: { holds: boolean, explanation: text },
    codes: [404, 1005],
  },
  'POST /sim/publish': {
    summary: 'Publish, and report what became of it.',
    answer: { messageUIDs: { type: 'array' } },
    mayHave: { ...outcome, hints, groups },
    codes: [1003, 1005, 1008],
  },
  'POST /sim/explain': {
    summary: 'Report what would become of a publish, without sending it.',
    answer: nothing,
    mayHave: { ...outcome, hints, groups },
    codes: [1003, 1005],
  },
  'PUT /sim/faults': {
    summary: 'Set a fault; it replaces the same fault of the same user and sessions.',
    answer: { faults },
    codes: [1003, 1005],
  },
  'GET /sim/faults': { summary: 'The faults that are set.', answer: { faults } },
  'DELETE /sim/faults': {
    summary: 'Remove faults: by name, by user, by session or platform, or all.',
    answer: { removed: integer },
    codes: [1005],
  },
  'POST /sim/release': {
    summary: 'Release the item that a fault has held the longest.',
    answer: { released: integer },
    codes: [1005],
  },
  'GET /sim/trace': { summary: 'The events of the app, as they happen.', answerType: 'text/event-stream' },
  'POST /sim/settle': {
    summary: 'Wait until everything sent to the sessions has arrived.',
    answer: { sessions: integer, unconfirmed: list({ type: 'object' }) },
    codes: [1050],
  },
  'GET /sim/clock': { summary: 'The time of the app.', ...reading },
  'POST /sim/clock': { summary: 'Control the clock of the app.', ...reading },
  'POST /sim/reset': { summary: 'Reset the app to its initial state.', answer: nothing },
} satisfies Record<string, CallDocs>;

/** The same about the simulator itself: calls that are never refused. */
export const operationCalls = {
  '/healthz': { summary: 'Whether the simulator answers at all.', answer: { status: { const: 'ok' } } },
  '/readyz': {
    summary: 'Whether it accepts work: 503 while it is overloaded or shutting down.',
    answer: { status: { enum: ['ready', 'degraded'] } },
  },
  '/metrics': { summary: 'Metrics for Prometheus.', answerType: 'text/plain' },
  '/docs': { summary: 'This documentation, as a page.', answerType: 'text/html' },
  '/docs/json': { summary: 'The same in OpenAPI 3.1.', answer: nothing },
  '/docs/asyncapi.json': { summary: 'The WebSocket of clients, in AsyncAPI 3.', answer: nothing },
} satisfies Record<string, CallDocs>;
