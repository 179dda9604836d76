import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFrameMatch } from '../../client-sim/hosted/frame-match.ts';
import { createApp } from '../../server/app/app.ts';
import { Apps } from '../../server/app/apps.ts';
import { settingsOf } from '../../server/app/settings.ts';
import { Trace } from '../../server/app/trace.ts';
import { ApiError } from '../../server/core/api-error.ts';
import { fieldsOf } from '../../server/core/parameters.ts';
import { parseBroadcast, parseGroupPublish, parsePublish } from '../../server/core/publish-request.ts';
import { issueToken, verifyToken } from '../../server/core/token.ts';
import { Access } from '../../server/edge/access.ts';
import type { ClientConnection } from '../../server/gateway/client-connection.ts';
import { ClientSession } from '../../server/gateway/client-session.ts';
import type { Answer } from '../../server/gateway/dialect.ts';
import { readLogin } from '../../server/gateway/json-dialect.ts';
import { parseForm } from '../../server/http/form.ts';
import { form, frame, headerText, json, query } from './inputs.ts';
import { holds, timeout, usual } from './runs.ts';

const rules = { acceptUnknownBuiltIns: false, acceptAnyContent: false };

/** What a reader makes of an input; undefined when it refuses. Anything but a refusal is a defect. */
function outcome<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(error.code).not.toBe(1000);
    expect(error.message).toMatch(/./);
    return undefined;
  }
}

it('a run has a hundred thousand inputs', () => {
  expect(Object.values(usual).reduce((sum, count) => sum + count)).toBeGreaterThan(100_000);
});

it('B3.8 any bytes are a form, or refused', { timeout }, () => {
  return holds(
    'forms',
    fc.property(form, (bytes) => {
      const fields = outcome(() => parseForm(bytes));
      if (fields === undefined) return;
      for (const values of fields.values())
        expect(values.every((value) => typeof value === 'string')).toBe(true);
      outcome(() => parsePublish(fields, rules));
      outcome(() => parseGroupPublish(fields, rules));
    }),
  );
});

it('B3.8 a form of well-formed pairs is read as it was written', { timeout }, () => {
  const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
    minLength: 1,
  });
  return holds(
    'publishes',
    fc.property(pairs, (written) => {
      const fields = parseForm(Buffer.from(String(new URLSearchParams(written))));
      const expected = new Map<string, string[]>();
      for (const [name, value] of written) expected.set(name, [...(expected.get(name) ?? []), value]);
      expect(fields).toEqual(expected);
    }),
  );
});

it('B3.2 any JSON is a publish, or refused', { timeout }, () => {
  return holds(
    'publishes',
    fc.property(json, (body) => {
      const fields = outcome(() => fieldsOf(body));
      if (fields === undefined) return;
      const request = outcome(() => parsePublish(fields, rules));
      outcome(() => parseGroupPublish(fields, rules));
      outcome(() => parseBroadcast(fields, rules));
      if (request === undefined) return;
      expect(request.toUserIds.length).toBeGreaterThan(0);
      expect(Buffer.byteLength(request.content)).toBeLessThanOrEqual(131_072);
    }),
  );
});

it('B5.10 any text is a frame, or refused', { timeout }, () => {
  const settings = settingsOf({ upstreamPerSecond: Infinity });
  const app = createApp({ key: 'app', settings, trace: new Trace() });
  const sent: string[] = [];
  const connection = { send: (answer: string) => sent.push(answer) } as unknown as ClientConnection;
  const session = { id: 's', userId: 'bob', platform: undefined, openedAt: 0, connection };
  const reader = new ClientSession({ app, session, connection });
  return holds(
    'frames',
    fc.property(frame, (text) => {
      (reader.receive(Buffer.from(text), false) as Answer)();
      for (const answer of sent.splice(0)) expect(JSON.parse(answer).code).not.toBe(1000);
      outcome(() => parseFrameMatch(text));
    }),
  );
});

it('B5.1 any query is a login, or refused', { timeout }, () => {
  const apps = [{ openApps: 50 }, { apps: [{ key: 'one', secret: 'secr' }] }].map((options) => {
    const settings = settingsOf(options);
    return new Apps(settings, (key, secret) => createApp({ key, secret, settings, trace: new Trace() }));
  });
  holds(
    'logins',
    fc.property(query, fc.constantFrom(...apps), (text, each) => {
      const login = outcome(() => readLogin(new URLSearchParams(text), each));
      // Nobody comes in without a token, and no input here is one.
      if (login !== undefined) expect(each.open && login.userId !== '').toBe(true);
    }),
  );
});

it('B4.4 no text but the one that was issued is a token', { timeout }, () => {
  const token = issueToken('one', 'secr', { userId: 'bob', issuedAt: 1 });
  const changed = fc
    .tuple(fc.nat(token.length), fc.nat(3), fc.string({ maxLength: 3 }))
    .map(([at, cut, added]) => token.slice(0, at) + added + token.slice(at + cut));
  const others = fc.oneof(
    changed,
    fc.string(),
    fc.base64String().map((body) => `${body}.${body}`),
  );
  return holds(
    'tokens',
    fc.property(others, (text) => {
      expect(verifyToken('one', 'secr', text)).toEqual(
        text === token ? { userId: 'bob', issuedAt: 1 } : undefined,
      );
    }),
  );
});

it('B4.5 any host and any origin is of this machine, or refused', { timeout }, () => {
  const access = new Access(settingsOf({}));
  const loopback = /^(https?:\/\/)?(localhost|[\w.-]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d*)?$/i;
  return holds(
    'hosts',
    fc.property(headerText, fc.option(headerText, { nil: undefined }), (host, origin) => {
      const head = { headers: { host, ...(origin === undefined ? {} : { origin }) }, httpVersion: '1.1' };
      const isIn = outcome(() => access.check(head) ?? true);
      if (isIn === undefined) return;
      expect(host).toMatch(loopback);
      if (origin !== undefined) expect(origin).toMatch(loopback);
    }),
  );
});
