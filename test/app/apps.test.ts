import { expect, it } from 'vitest';
import type { App } from '../../server/app/app.ts';
import { Apps } from '../../server/app/apps.ts';
import { settingsOf } from '../../server/app/settings.ts';

it('B4.6 without a configured app there are as many apps as may be, and one that is closed makes room', () => {
  const apps = new Apps(settingsOf({ openApps: 2 }), (key) => ({ key }) as App);
  const [one] = ['one', 'two'].map((key) => apps.get(key)) as [App, App];
  expect(() => apps.get('three')).toThrow('The simulator holds 2 apps already, the most it may.');
  expect(apps.get('one')).toBe(one);
  apps.forget(one);
  expect([apps.get('three').key, [...apps].length]).toEqual(['three', 2]);
});
