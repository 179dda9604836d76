import { typingType } from '../typing.js';
import { isPulled } from './state.js';

/** @import { Entry, PublishEvent, State } from './state.js' */

/** @typedef {{ from: number, to: number }} Span `to` is infinite while it lasts. */
/** @typedef {Span & { platform: string | undefined, row: number }} Bar A session; of several at once each has a row. */
/** @typedef {'delivered' | 'dropped' | 'lost' | 'unknown'} End */
/** @typedef {{ time: number, index: number, fromUserId: string, typing: boolean, ends: [userId: string, end: End][], echo: boolean }} Shot A publish. */
/** @typedef {{ time: number, userId: string, kind: 'kicked' | 'cut' | 'blocked' | 'fault' | 'webhook' }} Mark */

/**
 * @typedef {object} Lane
 * @property {Bar[]} bars
 * @property {Span[]} pulled
 * @property {(Span & { fromUserId: string })[]} typing When somebody was shown as typing to this user.
 */

/** @typedef {{ lanes: Map<string, Lane>, shots: Shot[], marks: Mark[] }} Chart */

const forever = Number.POSITIVE_INFINITY;

/** Bars of one lane that are beside each other; more lie on top of the last. */
const maxRows = 3;

/** `{"typingContentType":""}`, by which this simulator's clients say that their user has stopped: the trace has no contents. */
const stopBytes = 24;

/**
 * What the timeline shows of a history. Pure.
 * @param {State} base The state before the first of them.
 * @param {readonly Entry[]} entries
 * @returns {Chart}
 */
export function chartOf(base, entries) {
  const plot = new Plot(base);
  entries.forEach((entry, index) => {
    plot.add(entry, index);
  });
  return plot;
}

/** @implements {Chart} */
class Plot {
  /** @type {Map<string, Lane>} */
  lanes = new Map();
  /** @type {Shot[]} */
  shots = [];
  /** @type {Mark[]} */
  marks = [];
  /** @type {Map<string, Map<string, Bar>>} */
  #open = new Map();
  #expiryMs;
  #faults;

  /** @param {State} base */
  constructor(base) {
    const { users, expiryMs, faults, time } = base;
    this.#expiryMs = expiryMs;
    this.#faults = faults;
    for (const [userId, { sessions }] of users) {
      this.#lane(userId);
      for (const { sessionId, platform, openedAt } of sessions.values())
        this.#begin(userId, sessionId, openedAt, platform);
      if (isPulled(base, userId)) this.#pull(userId, true, time);
    }
  }

  /**
   * @param {Entry} entry
   * @param {number} index
   */
  add(entry, index) {
    const { time } = entry;
    switch (entry.event) {
      case 'publish':
        return this.#shoot(entry, time, index);
      case 'session': {
        const { userId, sessionId, platform, code } = entry;
        if (entry.state === 'opened') return this.#begin(userId, sessionId, time, platform);
        this.#end(userId, sessionId, time);
        if (code === 4010) this.marks.push({ time, userId, kind: 'kicked' });
        else if (code !== undefined && code !== 1000 && code !== 1005)
          this.marks.push({ time, userId, kind: 'cut' });
        return;
      }
      case 'presence':
        this.#endAll(
          time,
          new Set(entry.users.flatMap(({ sessions }) => sessions.map(({ sessionId }) => sessionId))),
        );
        for (const { userId, sessions } of entry.users) {
          for (const { sessionId, platform, openedAt } of sessions)
            this.#begin(userId, sessionId, openedAt, platform);
        }
        return;
      case 'lost':
        return this.#endAll(time);
      case 'timers':
        this.#expiryMs = entry.expiryMs;
        return;
      case 'plug':
        return this.#pull(entry.userId, entry.pulled, time);
      case 'block':
        if (entry.blocked) this.marks.push({ time, userId: entry.userId, kind: 'blocked' });
        return;
      case 'faults':
        return this.#fault(entry.faults, time);
      case 'webhook':
        for (const userId of entry.userIds) this.marks.push({ time, userId, kind: 'webhook' });
        return;
      case 'joined':
        this.#lane(entry.userId);
    }
  }

  /** @param {string} userId */
  #lane(userId) {
    let lane = this.lanes.get(userId);
    if (!lane) {
      lane = { bars: [], pulled: [], typing: [] };
      this.lanes.set(userId, lane);
    }
    return lane;
  }

  /**
   * @param {string} userId
   * @param {string} sessionId
   * @param {number} from
   * @param {string | undefined} platform
   */
  #begin(userId, sessionId, from, platform) {
    const open = this.#open.get(userId) ?? new Map();
    if (open.has(sessionId)) return;
    const taken = new Set([...open.values()].map(({ row }) => row));
    const row = [0, 1].find((each) => !taken.has(each)) ?? maxRows - 1;
    const bar = { from, to: forever, platform, row };
    this.#lane(userId).bars.push(bar);
    this.#open.set(userId, open.set(sessionId, bar));
  }

  /**
   * @param {string} userId
   * @param {string} sessionId
   * @param {number} time
   */
  #end(userId, sessionId, time) {
    const open = this.#open.get(userId);
    const bar = open?.get(sessionId);
    if (!open || !bar) return;
    bar.to = time;
    open.delete(sessionId);
    if (open.size > 0) return;
    // Who is gone types no more, and sees nobody type.
    for (const [receiver, { typing }] of this.lanes) {
      for (const span of typing) {
        if (span.to > time && (receiver === userId || span.fromUserId === userId)) span.to = time;
      }
    }
  }

  /**
   * @param {number} time
   * @param {Set<string>} [but]
   */
  #endAll(time, but = new Set()) {
    for (const [userId, open] of this.#open) {
      for (const sessionId of [...open.keys()]) if (!but.has(sessionId)) this.#end(userId, sessionId, time);
    }
  }

  /**
   * @param {string} userId
   * @param {boolean} pulled
   * @param {number} time
   */
  #pull(userId, pulled, time) {
    const spans = this.#lane(userId).pulled;
    const last = spans.at(-1);
    if (last && last.to > time) last.to = time;
    if (pulled) spans.push({ from: time, to: forever });
  }

  /**
   * @param {State['faults']} faults
   * @param {number} time
   */
  #fault(faults, time) {
    const known = new Set(this.#faults.map(({ fault, userId }) => `${fault} ${userId}`));
    for (const { fault, userId } of faults) {
      if (known.has(`${fault} ${userId}`)) continue;
      // One for no user in particular is everybody's.
      for (const each of userId === undefined ? this.lanes.keys() : [userId])
        this.marks.push({ time, userId: each, kind: 'fault' });
    }
    for (const [userId, { pulled }] of this.lanes) {
      const [was, is] = [this.#faults, faults].map((faults) =>
        isPulled({ users: new Map(), faults }, userId),
      );
      if (is !== was && is !== (pulled.at(-1)?.to ?? 0) > time) this.#pull(userId, is === true, time);
    }
    this.#faults = faults;
  }

  /**
   * @param {PublishEvent} entry
   * @param {number} time
   * @param {number} index
   */
  #shoot({ fromUserId, channelType, objectName, contentBytes, report, lost }, time, index) {
    this.#lane(fromUserId);
    const typing = objectName === typingType;
    /** @type {Shot['ends']} */
    const ends = [];
    for (const { userId = '', outcome, reason } of report.recipients) {
      const lane = this.#lane(userId);
      const pulled = (lane.pulled.at(-1)?.to ?? 0) > time;
      const dead = outcome === 'delivered' && (lost?.includes(userId) ?? pulled);
      ends.push([
        userId,
        dead ? 'lost' : outcome === 'delivered' ? outcome : reason === 'unknown' ? reason : 'dropped',
      ]);
      if (outcome !== 'delivered' || dead || channelType !== 'PERSON') continue;
      const last = lane.typing.findLast((span) => span.fromUserId === fromUserId);
      const shown = last && last.to > time ? last : undefined;
      if (!typing || contentBytes === stopBytes) {
        if (shown) shown.to = time;
      } else if (shown) shown.to = time + this.#expiryMs;
      else lane.typing.push({ fromUserId, from: time, to: time + this.#expiryMs });
    }
    this.shots.push({ time, index, fromUserId, typing, ends, echo: report.echo.outcome === 'echoed' });
  }
}

export const laneHeight = 36;

/** The middle of a lane. @param {number} index */
export const laneY = (index) => index * laneHeight + 22;

/** @typedef {{ userId: string, y: number, bars: string, dead: string, typing: string, platforms: { x: number, y: number, platform: string }[] }} LanePaths */

/**
 * The timeline's lines as paths: so few elements that a thousand publishes move as easily as ten.
 * @param {Chart} chart
 * @param {readonly string[]} userIds In the order of the lanes.
 * @param {Span} view What is in view.
 * @param {(time: number) => number} x
 */
export function pathsOf({ lanes, shots, marks }, userIds, view, x) {
  const rows = new Map(userIds.map((userId, index) => [userId, laneY(index)]));
  const inView = (/** @type {Span} */ { from, to }) => to >= view.from && from <= view.to;
  const at = (/** @type {number} */ time) => x(Math.min(Math.max(time, view.from), view.to)).toFixed(1);
  const stroke = (/** @type {Span} */ { from, to }, /** @type {number} */ y) => `M${at(from)} ${y}H${at(to)}`;
  return {
    lanes: userIds.map((userId, index) => lanePaths(userId, laneY(index), lanes.get(userId))),
    ...shotPaths(),
    mark: markPaths(({ kind }) => kind !== 'webhook', -6, 'l6 6-6 6-6-6z'),
    told: markPaths(({ kind }) => kind === 'webhook', 11, 'm-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0'),
  };

  /**
   * @param {(mark: Mark) => boolean} which
   * @param {number} below The middle of the lane.
   * @param {string} shape
   */
  function markPaths(which, below, shape) {
    return marks
      .filter((mark) => which(mark) && rows.has(mark.userId) && inView({ from: mark.time, to: mark.time }))
      .map(({ time, userId }) => `M${at(time)} ${(rows.get(userId) ?? 0) + below}${shape}`)
      .join('');
  }

  /**
   * @param {string} userId
   * @param {number} y
   * @param {Lane} [lane]
   * @returns {LanePaths}
   */
  function lanePaths(userId, y, { bars, pulled, typing } = { bars: [], pulled: [], typing: [] }) {
    const seen = bars.filter(inView);
    const whole = seen.flatMap((bar) => around(bar, pulled).map((span) => stroke(span, y + bar.row * 6)));
    const dead = seen.flatMap((bar) => within(bar, pulled).map((span) => stroke(span, y + bar.row * 6)));
    return {
      userId,
      y,
      bars: whole.join(''),
      dead: dead.join(''),
      typing: typing
        .filter(inView)
        .map((span) => stroke(span, y - 9))
        .join(''),
      platforms: seen
        .filter(({ platform, from }) => platform && from > view.from)
        .map(({ from, row, platform = '' }) => ({ x: x(from), y: y + row * 6, platform })),
    };
  }

  function shotPaths() {
    const paths = { line: '', falling: '', delivered: '', typed: '', dropped: '', lost: '', echo: '' };
    for (const { time, fromUserId, typing, ends, echo } of shots) {
      if (time < view.from || time > view.to) continue;
      const left = at(time);
      const from = rows.get(fromUserId);
      const reached = ends.flatMap(([userId, end]) => {
        const y = rows.get(userId);
        return y === undefined ? [] : [{ y, end }];
      });
      const ys = [...reached.map(({ y }) => y), ...(from === undefined ? [] : [from])];
      if (ys.length > 1) paths.line += `M${left} ${Math.min(...ys)}V${Math.max(...ys)}`;
      for (const { y, end } of reached) {
        if (end === 'delivered') paths[typing ? 'typed' : 'delivered'] += `M${left} ${y}h.1`;
        else {
          paths[end === 'lost' ? 'lost' : 'dropped'] += `M${left} ${y}m-4-4l8 8m0-8l-8 8`;
          if (from !== undefined && y !== from)
            paths.falling += `M${left} ${y + Math.sign(from - y) * laneHeight}V${y}`;
        }
      }
      if (echo && from !== undefined) paths.echo += `M${left} ${from}c10-22 26-4 5 0`;
    }
    return paths;
  }
}

/**
 * @param {Span} span
 * @param {Span[]} holes
 */
const within = (span, holes) =>
  holes.flatMap((hole) => {
    const both = { from: Math.max(span.from, hole.from), to: Math.min(span.to, hole.to) };
    return both.from < both.to ? [both] : [];
  });

/**
 * @param {Span} span
 * @param {Span[]} holes
 */
function around(span, holes) {
  const edges = [span.from, ...within(span, holes).flatMap(({ from, to }) => [from, to]), span.to];
  const spans = [];
  for (let index = 0; index < edges.length; index += 2) {
    spans.push({ from: edges[index] ?? 0, to: edges[index + 1] ?? 0 });
  }
  return spans.filter(({ from, to }) => from < to);
}
