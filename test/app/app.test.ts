import { expect, it } from 'vitest';
import { createApp } from '../../server/app/app.ts';
import { settingsOf } from '../../server/app/settings.ts';
import { Trace } from '../../server/app/trace.ts';
import { fieldsOf } from '../../server/core/parameters.ts';
import { parsePublish } from '../../server/core/publish-request.ts';
import { idleConnection } from '../fixtures/idle-connection.ts';

it('B5.3 a session is greeted before anything that a listener publishes on hearing of it', () => {
  const trace = new Trace();
  const app = createApp({ key: 'app', settings: settingsOf({}), trace });
  const fields = { fromUserId: 'alice', toUserId: 'bob', objectName: 'RC:TypSts', content: '{}' };
  const request = parsePublish(fieldsOf(fields), app.settings);
  trace.listen(({ event }) => {
    if (event === 'session') app.publisher.publish(request, { via: 'embedded' });
  });
  const seen: string[] = [];
  const note = (what: string) => () => {
    seen.push(what);
    return undefined;
  };
  const connection = {
    ...idleConnection,
    greet: note('connected'),
    deliver: note('status'),
    echo: note('echo'),
    close: note('close'),
  };
  app.sessions.open({ userId: 'bob', platform: undefined, connection });
  expect(seen).toEqual(['connected', 'status']);
});
