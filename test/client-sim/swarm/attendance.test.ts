import { expect, it } from 'vitest';
import { Attendance } from '../../../client-sim/swarm/attendance.ts';

it('what was over before is forgotten, but for the latest session', () => {
  const attendance = new Attendance();
  const stays = [10, 30, 50].map((at) => {
    const stay = attendance.arrive('bob', at);
    stay.gone(at + 10, true);
    return stay;
  });
  attendance.forgetBefore(40);
  expect(attendance.of('bob')).toEqual(stays.slice(1));
  attendance.forgetBefore(100);
  expect(attendance.of('bob')).toEqual(stays.slice(2));
});
