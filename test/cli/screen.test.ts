import pc from 'picocolors';
import { expect, it } from 'vitest';
import { clockTime } from '../../client-sim/cli/clock-time.ts';
import { Screen } from '../../client-sim/cli/screen.ts';
import type { ServerFrame, StatusFrame } from '../../client-sim/index.ts';
import { echoFrame, statusFrame } from '../client-sim/scripted-server.ts';
import { VirtualClock } from '../client-sim/virtual-clock.ts';
import { escapedHostileId, hostileId } from './hostile-id.ts';

const start = new VirtualClock().now();

/** Each frame comes at its moment, in milliseconds. */
type Play = readonly [atMs: number, frame: ServerFrame];

/** What stands on ann's screen after half a minute, as "time text". */
function shown(...frames: Play[]): string[] {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const screen = new Screen({ userId: 'ann', userWidth: 3, clock, colors: pc.createColors(false), write });
  for (const [atMs, frame] of frames) {
    clock.advanceTo(start + atMs);
    screen.show(frame);
  }
  clock.advanceTo(start + 30_000);
  return lines.map((line) => line.replace('  ann  ', ' '));
}

const line = (atMs: number, text: string) => `${clockTime(start + atMs)} ${text}`;

const status = (atMs: number, fields: Partial<StatusFrame>): Play => {
  return [atMs, statusFrame({ sentTime: start + atMs, ...fields })];
};

const typing = (atMs: number, fields: Partial<StatusFrame> = {}): Play => {
  return status(atMs, { content: '{"typingContentType":"RC:TxtMsg"}', ...fields });
};

const presence = (atMs: number, online: boolean, userId = 'bob'): Play => {
  return [atMs, { type: 'presence', userId, online, at: start + atMs }];
};

it('somebody is typing until six seconds have passed', () => {
  expect(shown(typing(0))).toEqual([line(0, 'bob is typing…'), line(6000, 'bob stopped typing')]);
});

it('each typing is shown, and prolongs it', () => {
  expect(shown(typing(0), typing(5000))).toEqual([
    line(0, 'bob is typing…'),
    line(5000, 'bob is typing…'),
    line(11_000, 'bob stopped typing'),
  ]);
});

it('a message ends it', () => {
  const message = status(100, { objectName: 'RC:TxtMsg', content: '{"content":"hi"}' });
  expect(shown(typing(0), message)).toEqual([
    line(0, 'bob is typing…'),
    line(100, 'bob stopped typing'),
    line(100, 'from bob  RC:TxtMsg  {"content":"hi"}'),
  ]);
});

it('going offline ends it', () => {
  expect(shown(typing(0), presence(100, false))).toEqual([
    line(0, 'bob is typing…'),
    line(100, 'bob stopped typing'),
    line(100, 'bob is offline'),
  ]);
});

it('a typing of nothing ends it', () => {
  expect(shown(typing(0), typing(100, { content: '{}' }))).toEqual([
    line(0, 'bob is typing…'),
    line(100, 'bob stopped typing'),
  ]);
});

it('who comes and goes is shown', () => {
  expect(shown(presence(0, true), presence(1, false, 'carol'))).toEqual([
    line(0, 'bob is online'),
    line(1, 'carol is offline'),
  ]);
});

it.for<{ what: string; fields: Partial<StatusFrame>; text: string }>([
  { what: 'an own one', fields: { fromUserId: 'ann' }, text: 'from ann' },
  { what: 'one in a group', fields: { channelType: 'GROUP', groupId: 'g' }, text: 'from bob in group g' },
])('a typing that says nothing to ann is shown as a message: $what', ({ fields, text }) => {
  const [, frame] = typing(0, fields);
  const shownTime = clockTime((frame as StatusFrame).sentTime);
  expect(shown([0, frame])).toEqual([`${shownTime} ${text}  RC:TypSts  {"typingContentType":"RC:TxtMsg"}`]);
});

it('an echo is shown, and an answer is not', () => {
  const lines = shown([0, { type: 'synced', id: '1' }], [0, echoFrame({ sentTime: start, content: 'x' })]);
  expect(lines).toEqual([line(0, 'echo to bob  RC:TypSts  x')]);
});

it('an id cannot break a line or steer the terminal', () => {
  expect(shown(typing(0, { fromUserId: hostileId }), presence(1, true, hostileId))).toEqual([
    line(0, `${escapedHostileId} is typing…`),
    line(1, `${escapedHostileId} is online`),
    line(6000, `${escapedHostileId} stopped typing`),
  ]);
});
