import { describe, expect } from 'vitest';
import { form, publishPath } from '../fixtures/simulator.ts';
import { it, withoutBrowser } from './demo.ts';

describe.skipIf(withoutBrowser)('the demo page', () => {
  describe('typing', () => {
    it('A6 typing shows on the other phone', async ({ demo }) => {
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      expect(await demo.typing('Bob').textContent()).toBe('Alice is typing');
    });

    it('A6 typing stands until its time is over, to the millisecond', async ({ visit }) => {
      const demo = await visit({ frozen: true });
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      await demo.page.clock.runFor(5999);
      expect(await demo.typing('Bob').isVisible()).toBe(true);
      await demo.page.clock.runFor(1);
      expect(await demo.typing('Bob').isVisible()).toBe(false);
    });

    it('the time that is left is on the screen', async ({ visit }) => {
      const demo = await visit({ frozen: true });
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      await demo.page.clock.runFor(4000);
      await demo.device('Bob').getByText('2 s', { exact: true }).waitFor();
    });

    it('A6 many keystrokes in six seconds are one typing', async ({ demo }) => {
      await demo.field('Alice').pressSequentially('Hello');
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      expect(await demo.trace.getByText('RC:TypSts').count()).toBe(1);
    });

    it('A6 the message ends the typing', async ({ demo }) => {
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      await demo.send('Alice', 'Hello');
      await demo.typing('Bob').waitFor({ state: 'hidden' });
    });

    it('A6 typing ends when its user goes offline', async ({ demo }) => {
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      await demo.switchOnline('Alice', false);
      await demo.typing('Bob').waitFor({ state: 'hidden' });
    });

    it('another preset has another time', async ({ visit }) => {
      const demo = await visit({ frozen: true });
      await demo.page.getByLabel('Typing timers').selectOption({ label: 'Ably 10 / – / 12' });
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      await demo.page.clock.runFor(11_999);
      expect(await demo.typing('Bob').isVisible()).toBe(true);
    });
  });

  describe('online and offline', () => {
    it('B1.3 who is online gets it', async ({ demo }) => {
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      await demo.bubble('Carol', 'Hello').waitFor();
    });

    it('B1.2 who is offline gets nothing, not even after coming back', async ({ demo }) => {
      await demo.switchOnline('Carol', false);
      await demo.knows('Alice', 'Carol, offline');
      await demo.send('Alice', 'first');
      await demo.bubble('Bob', 'first').waitFor();
      await demo.switchOnline('Carol', true);
      await demo.knows('Alice', 'Carol, online');
      await demo.send('Alice', 'second');
      await demo.bubble('Carol', 'second').waitFor();
      expect(await demo.bubbles('Carol')).toEqual(['second']);
    });

    it('B2.1 the trace has a row for each recipient', async ({ demo }) => {
      await demo.switchOnline('Carol', false);
      await demo.knows('Alice', 'Carol, offline');
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      await demo.outcome('Bob delivered to 1 session').waitFor();
      await demo.outcome('Carol dropped: offline').waitFor();
    });

    it('a message that cannot be sent says so', async ({ demo }) => {
      await demo.switchOnline('Alice', false);
      await demo.send('Alice', 'Hello');
      await demo.device('Alice').getByText('not sent: offline').waitFor();
    });

    it('B1.7 the sender is told that it was accepted, not who got it', async ({ demo }) => {
      await demo.switchOnline('Bob', false);
      await demo.knows('Alice', 'Bob, offline');
      await demo.send('Alice', 'Hello');
      await demo.device('Alice').getByText('accepted').waitFor();
    });

    it('A7 a message is unread until its phone is taken in hand', async ({ demo }) => {
      await demo.send('Alice', 'Hello');
      await demo.device('Bob').getByText('1 unread').waitFor();
      await demo.field('Bob').focus();
      await demo.device('Bob').getByText('1 unread').waitFor({ state: 'hidden' });
    });
  });

  describe('the echo', () => {
    it('B5.9 with isIncludeSender another device of the sender gets a copy', async ({ demo }) => {
      await demo.page.getByLabel('isIncludeSender').check();
      await demo.person('Alice').getByRole('button', { name: 'Second device' }).click();
      await demo.person('Alice').getByText('simulator: 2 sessions').waitFor();
      await demo.send('Alice', 'Hello');
      await demo.bubble('Alice', 'Hello', 'desktop').waitFor();
      await demo.outcome('Alice echoed to 1 session').waitFor();
      expect(await demo.device('Alice', 'desktop').getByText('unread').isVisible()).toBe(false);
    });

    it('B1.6 without it there is no copy', async ({ demo }) => {
      await demo.person('Alice').getByRole('button', { name: 'Second device' }).click();
      await demo.person('Alice').getByText('simulator: 2 sessions').waitFor();
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      await demo.send('Bob', 'Hi');
      await demo.bubble('Alice', 'Hi', 'desktop').waitFor();
      expect(await demo.bubbles('Alice', 'desktop')).toEqual(['Hi']);
    });

    it('B1.6 what the app’s server sends is echoed to the phone itself', async ({ demo }) => {
      await demo.page.getByLabel('isIncludeSender').check();
      await demo.page.getByRole('button', { name: 'Run it here' }).click();
      await demo.bubble('Alice', 'Hello from the server').waitFor();
    });
  });

  describe('blocking', () => {
    it('B1.8 who blocks the sender does not get it', async ({ demo }) => {
      await demo.page.getByLabel('verifyBlacklist').check();
      await demo.block('Bob', 'Alice');
      await demo.send('Alice', 'from Alice');
      await demo.outcome('Bob dropped: blocked').waitFor();
      await demo.send('Carol', 'from Carol');
      await demo.bubble('Bob', 'from Carol').waitFor();
      expect(await demo.bubbles('Bob')).toEqual(['from Carol']);
    });

    it('B1.8 without verifyBlacklist it arrives all the same', async ({ demo }) => {
      await demo.block('Bob', 'Alice');
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
    });
  });

  it('B1.3 a second device gets it, too', async ({ demo }) => {
    await demo.person('Bob').getByRole('button', { name: 'Second device' }).click();
    await demo.person('Bob').getByText('simulator: 2 sessions').waitFor();
    await demo.send('Alice', 'Hello');
    await demo.bubble('Bob', 'Hello').waitFor();
    await demo.bubble('Bob', 'Hello', 'desktop').waitFor();
    await demo.outcome('Bob delivered to 2 sessions').waitFor();
  });

  it('a fourth person gets what the first one sends', async ({ demo }) => {
    await demo.page.getByRole('button', { name: 'Add a person' }).click();
    await demo.knows('Alice', 'Dave, online');
    await demo.send('Alice', 'Hello');
    await demo.bubble('Dave', 'Hello').waitFor();
  });

  describe('the plug', () => {
    it('B5.7 with the plug pulled the others still see a user online', async ({ demo }) => {
      await demo.pullPlug('Bob');
      await demo.send('Alice', 'Hello');
      await demo.bubble('Carol', 'Hello').waitFor();
      await demo.knows('Alice', 'Bob, online');
    });

    it('the trace says delivered, and that nothing arrived', async ({ demo }) => {
      await demo.pullPlug('Bob');
      await demo.send('Alice', 'Hello');
      await demo.outcome('Bob delivered to 1 session plug pulled').waitFor();
    });

    it('nothing comes through, and what was sent meanwhile is gone for ever', async ({ demo }) => {
      await demo.pullPlug('Bob');
      await demo.send('Alice', 'first');
      await demo.bubble('Carol', 'first').waitFor();
      await demo.person('Bob').getByRole('button', { name: 'Plug in again' }).click();
      await demo.person('Bob').getByRole('button', { name: 'Pull the plug' }).waitFor();
      await demo.send('Alice', 'second');
      await demo.bubble('Bob', 'second').waitFor();
      expect(await demo.bubbles('Bob')).toEqual(['second']);
    });

    it('B5.7 the simulator finds out when no heartbeat comes back', async ({ demo, simulator }) => {
      await demo.pullPlug('Bob');
      await simulator.app(await demo.appKey()).clock.advance(30_000);
      await demo.knows('Alice', 'Bob, offline');
    });
  });

  describe('the trace', () => {
    it('a click on a row tells why', async ({ demo }) => {
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      await demo.outcome('Bob').click();
      await demo.trace
        .locator('p:visible')
        .getByText('"bob" gets it: online with 1 session (B1.3).')
        .waitFor();
    });

    it('while it is paused everything waits, and nothing is lost', async ({ demo }) => {
      await demo.page.getByRole('button', { name: 'Pause' }).click();
      await demo.send('Alice', 'Hello');
      await demo.page.getByRole('button', { name: 'Go on (2 waiting)' }).click();
      await demo.trace.getByText('RC:TxtMsg').waitFor();
    });

    it('what comes faster than it can be seen waits below, and says so', async ({ demo, simulator }) => {
      const appKey = await demo.appKey();
      for (let number = 0; number < 30; number++) {
        const message = { fromUserId: `user ${number}`, toUserId: 'bob', objectName: 'app:x', content: 'x' };
        simulator.publish(message, { appKey });
      }
      await demo.page.getByRole('button', { name: /^\d+ not seen yet$/ }).waitFor();
      const first = await demo.trace.getByText('user 0', { exact: true }).boundingBox();
      const view = await demo.trace.boundingBox();
      expect(first!.y).toBeGreaterThanOrEqual(view!.y);
    });

    it('a fan-out to many is shown in parts', async ({ demo, simulator }) => {
      const appKey = await demo.appKey();
      const toUserId = Array.from({ length: 20 }, (_, number) => `user ${number}`);
      simulator.publish({ fromUserId: 'alice', toUserId, objectName: 'app:x', content: 'x' }, { appKey });
      await demo.trace.getByRole('button', { name: 'Show 8 more' }).click();
      await demo.outcome('user 19 dropped: offline').waitFor();
    });

    it('two pages do not mix', async ({ visit }) => {
      const [one, two] = await Promise.all([visit(), visit()]);
      await one.send('Alice', 'in one');
      await one.bubble('Bob', 'in one').waitFor();
      await two.send('Alice', 'in two');
      await two.bubble('Bob', 'in two').waitFor();
      expect(await two.bubbles('Bob')).toEqual(['in two']);
    });
  });

  it('the line for the terminal reaches the phones of this page', async ({ demo, send }) => {
    const line = await demo.page.locator('#call-line').textContent();
    const [, path] = /^curl http:\/\/[^/]+(\S+)/.exec(line!)!;
    const [, appKey] = /-H 'App-Key: ([^']+)'/.exec(line!)!;
    const fields = [...line!.matchAll(/-d '([^']+)'/g)].map(([, field]) => field);
    const headers = { 'App-Key': appKey!, 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(path).toBe(publishPath);
    await send(path!, { headers, body: fields.join('&') });
    await demo.bubble('Bob', 'Hello from the server').waitFor();
  });

  describe('whatever comes in', () => {
    const script = '<img src=x onerror="document.title=1">';

    it('B5.5 a message is text', async ({ demo }) => {
      await demo.send('Alice', script);
      await demo.bubble('Bob', script).waitFor();
    });

    it('B5.5 the name of a user is text', async ({ demo, send }) => {
      const headers = { 'App-Key': await demo.appKey(), 'Content-Type': 'application/x-www-form-urlencoded' };
      const message = {
        fromUserId: script,
        toUserId: 'bob',
        objectName: 'RC:TxtMsg',
        content: '{"content":"x"}',
      };
      await send(publishPath, { headers, body: form(message) });
      await demo.device('Bob').getByText(script).waitFor();
      await demo.trace.getByText(script).waitFor();
    });

    it('A1 a type that the phone does not know is shown as such', async ({ demo, simulator }) => {
      const message = { fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' };
      simulator.publish(message, { appKey: await demo.appKey() });
      await demo.device('Bob').getByText('app:mood: a type this device does not know').waitFor();
    });
  });
});
