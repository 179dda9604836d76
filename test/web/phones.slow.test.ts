import { describe, expect } from 'vitest';
import { publishPath } from '../fixtures/simulator.ts';
import { it, withoutBrowser } from './demo.ts';

describe.skipIf(withoutBrowser)('the phones', { timeout: 90_000 }, () => {
  describe('typing', () => {
    it('A6 typing shows on the other phone, and the message ends it', async ({ still: demo }) => {
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      expect(await demo.drawn(() => demo.typing('Bob').getAttribute('aria-label'))).toBe('Alice is typing …');
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      await demo.typing('Bob').waitFor({ state: 'detached' });
    });

    it('A6 typing stands until its time is over, by the app’s clock', async ({ still: demo, simulator }) => {
      const { clock } = simulator.app();
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      await clock.advance(6000);
      await demo.typing('Bob').waitFor({ state: 'detached' });
    });

    it('A6 its dots have the sender’s colour, and its ring runs down to the expiry', async ({
      still: demo,
      simulator,
    }) => {
      const { clock } = simulator.app();
      await demo.field('Alice').fill('H');
      const bubble = demo.device('Bob').locator('.typing.bubble.user-0');
      await bubble.locator('[stroke-dasharray="100 100"]').waitFor();
      await clock.advance(3000);
      await bubble.locator('[stroke-dasharray="50 100"]').waitFor();
    });

    it('A6 typing ends when its user goes offline', async ({ still: demo }) => {
      await demo.field('Alice').fill('H');
      await demo.typing('Bob').waitFor();
      await demo.switchOnline('Alice', false);
      await demo.typing('Bob').waitFor({ state: 'detached' });
    });

    it('A6 many keystrokes in six seconds are one typing', async ({ still: demo }) => {
      await demo.field('Alice').pressSequentially('Hello');
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      const rows = await demo.rows();
      await rows.getByText('Alice wrote').waitFor();
      expect(await demo.drawn(() => rows.getByText('Alice is typing').count())).toBe(1);
    });

    it('A6 the next message before the time says when it will show typing', async ({ visit }) => {
      const demo = await visit({ query: '?typing=60/-/60' });
      await demo.send('Alice', 'one');
      await demo.field('Alice').fill('t');
      await demo
        .device('Alice')
        .getByText(/next typing signal in \d+ s/)
        .waitFor();
    });
  });

  describe('online and offline', () => {
    it('B1.3 who is online gets it, and the sentence says so', async ({ demo }) => {
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      await demo.bubble('Carol', 'Hello').waitFor();
      await demo.result.getByText('Alice wrote → Bob ✓ · Carol ✓').waitFor();
    });

    it('B1.2 what passes somebody offline leaves a ghost, and nothing once they are back', async ({
      demo,
    }) => {
      await demo.switchOnline('Carol', false);
      await demo.send('Alice', 'first');
      await demo.ghost('Carol').getByText('Missed a message: not kept').waitFor();
      const outline = "getComputedStyle(document.querySelector('.ghost')).borderStyle";
      expect(await demo.page.evaluate(outline)).toBe('dashed');
      await demo.result.getByText('Alice wrote → Bob ✓ · Carol ✗ offline, gone for good').waitFor();
      await demo.switchOnline('Carol', true);
      await demo.ghost('Carol').waitFor({ state: 'detached' });
      await demo.send('Alice', 'second');
      await demo.bubble('Carol', 'second').waitFor();
      expect(await demo.drawn(() => demo.bubbles('Carol'))).toEqual(['second']);
    });

    it('B1.2 a ghost fades, but that something passed stays said', async ({ still: demo, simulator }) => {
      const { clock } = simulator.app();
      await demo.switchOnline('Carol', false);
      await demo.send('Alice', 'Hello');
      await demo.ghost('Carol').getByText('Missed a message: not kept').waitFor();
      await clock.advance(6000);
      await demo.ghost('Carol').waitFor({ state: 'detached' });
      await demo.device('Carol').getByText('2 status messages missed: none is kept').waitFor();
      await demo.switchOnline('Carol', true);
      expect(await demo.drawn(() => demo.device('Carol').locator('.mark').allTextContents())).toEqual([
        'went offline',
        '2 status messages missed: none is kept',
        'back online',
      ]);
    });

    it('a message that cannot be sent looks like none that was', async ({ demo }) => {
      await demo.switchOnline('Alice', false);
      await demo.send('Alice', 'Hello');
      await demo.device('Alice').locator('.failed').getByText('not sent: offline').waitFor();
    });

    it('one that was accepted has no note, for it tells nothing of who got it', async ({ demo }) => {
      await demo.switchOnline('Bob', false);
      await demo.send('Alice', 'Hello');
      await demo.ghost('Bob').waitFor();
      await demo.device('Alice').getByText('sending …').waitFor({ state: 'detached' });
      expect(await demo.drawn(() => demo.device('Alice').locator('.bubble small').count())).toBe(0);
    });

    it('the newest message is wholly in view', async ({ demo }) => {
      for (let number = 0; number < 12; number++) await demo.send('Alice', `line ${number}`);
      for (const name of ['Alice', 'Bob']) {
        await demo.bubble(name, 'line 11').waitFor();
        const bubble = await demo.device(name).locator('.bubble').last().boundingBox();
        const chat = await demo.device(name).getByRole('log').boundingBox();
        expect(bubble!.y + bubble!.height).toBeLessThanOrEqual(chat!.y + chat!.height);
      }
    });
  });

  describe('devices', () => {
    it('B5.9 with isIncludeSender another device of the sender gets a copy', async ({ demo }) => {
      await demo.page.getByLabel('isIncludeSender').check();
      await demo.choose('Alice', 'Add second device');
      await demo.person('Alice').getByText('2 sessions').waitFor();
      await demo.send('Alice', 'Hello');
      await demo.bubble('Alice', 'Hello', 'computer').waitFor();
      await demo.device('Alice', 'computer').getByText('echo', { exact: true }).waitFor();
      await demo.result.getByText('echo to Alice').waitFor();
    });

    it('B1.3 a second device gets it, too, and can be removed', async ({ demo }) => {
      await demo.choose('Bob', 'Add second device');
      await demo.person('Bob').getByText('2 sessions').waitFor();
      await demo.send('Alice', 'Hello');
      await demo.bubble('Bob', 'Hello').waitFor();
      await demo.bubble('Bob', 'Hello', 'computer').waitFor();
      await demo.result.getByText('Bob ✓ ×2').waitFor();
      await demo.choose('Bob', 'Remove device');
      await demo.person('Bob').getByText('online', { exact: true }).waitFor();
    });
  });

  describe('blocking', () => {
    it('B1.8 who blocks the sender does not get it', async ({ demo }) => {
      await demo.page.getByLabel('verifyBlacklist').check();
      await demo.check('Bob', 'Blocks', 'Alice');
      await (await demo.rows()).getByText('Bob blocks Alice').waitFor();
      await demo.send('Alice', 'from Alice');
      await demo.result.getByText('Bob ✗ blocks the sender').waitFor();
      expect(await demo.drawn(() => demo.bubbles('Bob'))).toEqual([]);
    });

    it('whom a user does not write to gets nothing', async ({ demo }) => {
      await demo.check('Alice', 'Sends to', 'Carol', false);
      await demo.send('Alice', 'Hello');
      await demo.result.getByText('Alice wrote → Bob ✓', { exact: false }).waitFor();
      expect(await demo.drawn(() => demo.result.textContent())).not.toContain('Carol');
    });
  });

  describe('who is on the page', () => {
    it('any user id can be added, in the same row, and removed', async ({ demo }) => {
      await demo.addUser('u-20413 <b>');
      await demo.person('u-20413 <b>').getByText('online', { exact: true }).waitFor();
      await demo.send('Alice', 'Hello');
      await demo.bubble('u-20413 <b>', 'Hello').waitFor();
      const [one, other] = await Promise.all(
        [demo.person('Alice'), demo.person('u-20413 <b>')].map((each) => each.boundingBox()),
      );
      expect([other!.y, other!.width]).toEqual([one!.y, one!.width]);
      await demo.choose('u-20413 <b>', 'Remove u-20413 <b>');
      await demo.person('u-20413 <b>').waitFor({ state: 'detached' });
    });

    it.for([1024, 1440])('six have room at %d px', async (width, { visit }) => {
      const demo = await visit({ viewport: { width, height: 768 } });
      for (const userId of ['dave', 'erin', 'frank']) await demo.addUser(userId);
      await demo.person('Frank').waitFor();
      const boxes = await Promise.all(
        (await demo.page.locator('.phone').all()).map((phone) => phone.boundingBox()),
      );
      expect(boxes.map((box) => box!.x + box!.width <= width && box!.y + box!.height <= 768)).toEqual(
        Array(6).fill(true),
      );
    });

    it('where six have room, nobody’s name is cut, not even with what is unread', async ({ visit }) => {
      const demo = await visit({ viewport: { width: 1024, height: 768 } });
      for (const userId of ['dave', 'erin', 'frank']) await demo.addUser(userId);
      await demo.person('Frank').getByText('online', { exact: true }).waitFor();
      await demo.send('Alice', 'Hello');
      await demo.page.locator('.badge').nth(4).waitFor();
      const cut =
        "[...document.querySelectorAll('h2')].filter((h2) => h2.scrollWidth > h2.clientWidth).map((h2) => h2.textContent)";
      expect(await demo.drawn(() => demo.page.evaluate(cut))).toEqual([]);
    });

    it('on a narrow screen the sender stands above the receiver', async ({ visit }) => {
      const demo = await visit({ viewport: { width: 390, height: 844 } });
      await demo.page.getByLabel('Receiver').selectOption('carol');
      const [sender, receiver] = [demo.person('Alice'), demo.person('Carol')];
      const lead = async () => (await receiver.boundingBox())!.y - (await sender.boundingBox())!.y;
      expect(await demo.drawn(lead)).toBeGreaterThan(0);
      expect(await demo.drawn(() => demo.person('Bob').isVisible())).toBe(false);
      await demo.page.getByLabel('Sender', { exact: true }).selectOption('carol');
      expect(await demo.drawn(lead)).toBeLessThan(0);
    });
  });

  describe('the plug', () => {
    it('B5.7 with the plug pulled a message is lost, and nothing says otherwise', async ({ demo }) => {
      await demo.pullPlug('Bob');
      await demo.send('Alice', 'Hello');
      await demo.bubble('Carol', 'Hello').waitFor();
      await demo.result.getByText('Bob ✗ no connection, lost · Carol ✓').waitFor();
      expect(await demo.drawn(() => demo.bubbles('Bob'))).toEqual([]);
    });

    it('what is sent meanwhile is lost, and stays so when the plug is in again', async ({ demo }) => {
      await demo.pullPlug('Bob');
      await demo.send('Bob', 'Is anybody there?');
      await demo.device('Bob').locator('.failed').getByText('lost: no connection').waitFor();
      await demo.choose('Bob', 'Plug in again');
      await demo.device('Bob').getByText('no connection', { exact: true }).waitFor({ state: 'detached' });
      await demo.send('Alice', 'second');
      await demo.bubble('Bob', 'second').waitFor();
      expect(await demo.drawn(() => demo.device('Bob').locator('.failed').count())).toBe(1);
    });

    it('so is what is sent while somebody else has pulled it', async ({ demo, simulator }) => {
      simulator.app().faults.set({ fault: 'half-open', userId: 'bob' });
      await demo.device('Bob').getByText('no connection', { exact: true }).waitFor();
      await demo.send('Bob', 'Is anybody there?');
      await demo.device('Bob').locator('.failed').getByText('lost: no connection').waitFor();
    });

    it('B5.7 the simulator finds out when no heartbeat comes back', async ({ demo, simulator }) => {
      await demo.pullPlug('Bob');
      await simulator.app().clock.advance(30_000);
      await demo.page.locator('.phone[aria-label=Bob][data-standing=off]').waitFor();
    });
  });

  describe('whatever comes in', () => {
    const script = '<img src=x onerror="document.title=1">';

    it('B5.5 a message is text', async ({ demo }) => {
      await demo.send('Alice', script);
      await demo.bubble('Bob', script).waitFor();
    });

    it('B5.5 the name of a user is text', async ({ demo, postForm }) => {
      const message = {
        fromUserId: script,
        toUserId: 'bob',
        objectName: 'RC:TxtMsg',
        content: '{"content":"x"}',
      };
      await postForm(publishPath, message);
      await demo.device('Bob').getByText(script).waitFor();
      await demo.result.getByText(`${script} wrote → Bob ✓`).waitFor();
      await demo.page.locator('.names').getByText(script).waitFor();
    });

    it('A1 a type that the phone does not know is shown as such', async ({ demo, simulator }) => {
      simulator.publish({ fromUserId: 'alice', toUserId: 'bob', objectName: 'app:mood', content: 'fine' });
      await demo.device('Bob').getByText('app:mood: a type this device does not know').waitFor();
      await demo.result.getByText('Alice sent app:mood → Bob ✓').waitFor();
    });
  });

  it('two pages on one app do not push each other out', async ({ visit }) => {
    const [one, two] = await Promise.all([visit(), visit()]);
    await one.person('Bob').getByText('also elsewhere').waitFor();
    await one.send('Alice', 'in one');
    await one.bubble('Bob', 'in one').waitFor();
    await two.bubble('Bob', 'in one').waitFor();
  });
});
