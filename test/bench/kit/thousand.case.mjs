// JavaScript, because it imports a package as it was built: see ../kit.ts.
const { expect, test } = await import(process.env.TESTKIT);

const before = process.cpuUsage();

for (let number = 1; number <= 1000; number++) {
  test(`test ${number}`, async ({ sim }) => {
    const [bob, carol] = await Promise.all([sim.connect('bob'), sim.connect('carol')]);
    await sim.publish({ from: 'alice', to: 'bob', objectName: 'RC:TypSts' });
    await expect(bob).toHaveReceivedOnce({ fromUserId: 'alice' });
    await expect(carol).toHaveReceivedNothing();
  });
}

test('cost', ({ task }) => {
  const { user, system } = process.cpuUsage(before);
  task.meta.cpuMs = (user + system) / 1000;
});
