import { describe, expect, it } from 'vitest';
import { PresenceRegistry } from '../../server/presence/registry.ts';
import type { Session } from '../../server/presence/session.ts';
import type { Platform } from '../../server/protocol/frames.ts';
import { idleConnection } from '../fixtures/idle-connection.ts';

const sessionOf = (userId: string, platform?: Platform): Session => {
  return { id: 'session', userId, platform, openedAt: 0, connection: idleConnection };
};

/** A registry with an open session for each of these users. */
function registryOf(...users: string[]) {
  const sessions = users.map((userId) => sessionOf(userId));
  const registry = new PresenceRegistry();
  for (const session of sessions) registry.open(session);
  return { registry, sessions };
}

describe('B1.1 online', () => {
  it('B1.1 a user without a session is offline', () => {
    expect(registryOf('bob').registry.isOnline('carol')).toBe(false);
  });

  it('B1.1 a user with a session is online', () => {
    expect(registryOf('bob').registry.isOnline('bob')).toBe(true);
  });

  it('B1.1 a user stays online while one session is open', () => {
    const { registry, sessions } = registryOf('bob', 'bob');
    registry.end(sessions[0]!);
    expect(registry.sessionsOf('bob')).toEqual([sessions[1]]);
  });

  it('B1.1 a user is offline when the last session has ended', () => {
    const { registry, sessions } = registryOf('bob', 'bob');
    for (const session of sessions) registry.end(session);
    expect(registry.isOnline('bob')).toBe(false);
  });

  it('a session ends once only', () => {
    const { registry, sessions } = registryOf('bob', 'bob');
    expect([registry.end(sessions[0]!), registry.end(sessions[0]!)]).toEqual([true, false]);
  });

  it('ending a session twice leaves the others open', () => {
    const { registry, sessions } = registryOf('bob', 'bob');
    registry.end(sessions[0]!);
    registry.end(sessions[0]!);
    expect([registry.isOnline('bob'), [...registry.sessions()].length]).toEqual([true, 1]);
  });

  it('users and sessions are counted as they come and go', () => {
    const { registry, sessions } = registryOf('bob', 'bob', 'carol');
    registry.end(sessions[2]!);
    expect([[...registry.sessions()], [...registry.onlineUsers()]]).toEqual([sessions.slice(0, 2), ['bob']]);
  });

  it('B1.2 a list of sessions is not changed once it was given out', () => {
    const { registry, sessions } = registryOf('bob', 'bob');
    const list = registry.sessionsOf('bob');
    registry.open(sessionOf('bob'));
    registry.end(sessions[0]!);
    expect(list).toEqual(sessions);
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('the id "%s" is a user like any other', (id) => {
    const { registry } = registryOf('bob');
    const before = [registry.isOnline(id), registry.sessionsOf(id).length];
    registry.open(sessionOf(id));
    expect([before, registry.isOnline(id), registry.sessionsOf(id).length]).toEqual([[false, 0], true, 1]);
  });
});

describe('B5.2 one session per class of platform', () => {
  const kicks: [first: Platform, second: Platform][] = [
    ['ios', 'ios'],
    ['ios', 'android'],
    ['android', 'harmony'],
    ['web', 'web'],
    ['desktop', 'desktop'],
    ['miniprogram', 'miniprogram'],
  ];

  it.each(kicks)('B5.2 with a session on %s, a login on %s kicks it', (first, second) => {
    const earlier = sessionOf('bob', first);
    expect(replacedBy(sessionOf('bob', second), earlier)).toBe(earlier);
  });

  const coexist: [first: Platform | undefined, second: Platform | undefined][] = [
    ['ios', 'web'],
    ['web', 'desktop'],
    ['web', 'miniprogram'],
    ['desktop', 'harmony'],
    [undefined, undefined],
    [undefined, 'ios'],
    ['ios', undefined],
  ];

  it.each(coexist)('B5.2 with a session on %s, a login on %s leaves it alone', (first, second) => {
    expect(replacedBy(sessionOf('bob', second), sessionOf('bob', first))).toBeUndefined();
  });

  function replacedBy(later: Session, earlier: Session): Session | undefined {
    const registry = new PresenceRegistry();
    registry.open(earlier);
    return registry.open(later);
  }

  it('B5.2 the kicked session is gone and the new one is there', () => {
    const registry = new PresenceRegistry();
    const [web, ios, android] = (['web', 'ios', 'android'] as const).map((name) => sessionOf('bob', name));
    for (const session of [web, ios, android]) registry.open(session!);
    expect([registry.sessionsOf('bob'), [...registry.sessions()].length]).toEqual([[web, android], 2]);
  });

  it("B5.2 another user's session of the same class is left alone", () => {
    const registry = new PresenceRegistry();
    registry.open(sessionOf('carol', 'ios'));
    expect(registry.open(sessionOf('bob', 'ios'))).toBeUndefined();
  });
});

describe('B5.11 watching', () => {
  /** A registry that bob is watched in, and what was told of him. */
  function watched() {
    const registry = new PresenceRegistry();
    const told: [string, boolean][] = [];
    const unwatch = registry.watch('bob', (...change) => told.push(change));
    return { registry, told, unwatch };
  }

  it('B5.11 the first session and the end of the last are told, nothing between', () => {
    const { registry, told } = watched();
    const sessions = [sessionOf('bob'), sessionOf('bob')];
    for (const session of sessions) registry.open(session);
    for (const session of sessions) registry.end(session);
    expect(told).toEqual([
      ['bob', true],
      ['bob', false],
    ]);
  });

  it('B5.11 a kick does not make the user look offline', () => {
    const { registry, told } = watched();
    registry.open(sessionOf('bob', 'ios'));
    registry.open(sessionOf('bob', 'android'));
    expect(told).toEqual([['bob', true]]);
  });

  it('B5.11 a change is told when it has happened', () => {
    const registry = new PresenceRegistry();
    const seen: boolean[] = [];
    registry.watch('bob', () => seen.push(registry.isOnline('bob')));
    const session = sessionOf('bob');
    registry.open(session);
    registry.end(session);
    expect(seen).toEqual([true, false]);
  });

  it('B5.11 other users are not told of', () => {
    const { registry, told } = watched();
    registry.open(sessionOf('carol'));
    expect(told).toEqual([]);
  });

  it('B5.11 who stopped watching is told nothing more', () => {
    const { registry, told, unwatch } = watched();
    unwatch();
    registry.open(sessionOf('bob'));
    expect(told).toEqual([]);
  });

  it('B5.11 one stops watching while the other goes on', () => {
    const { registry, told, unwatch } = watched();
    registry.watch('bob', (...change) => told.push(change));
    unwatch();
    registry.open(sessionOf('bob'));
    expect(told).toEqual([['bob', true]]);
  });
});
