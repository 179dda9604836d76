import { expect, it } from 'vitest';
import { ApiError, asApiError, limitExceeded } from '../../server/core/api-error.ts';

it('A5 a refusal stays what it is', () => {
  const refusal = new ApiError('badParameter', 'The parameter userId is empty.');
  expect(asApiError(refusal)).toBe(refusal);
});

it('A5 of a defect of ours a caller learns only that there is one', () => {
  const { code, status, message } = asApiError(new Error('the secret is 42'));
  expect({ code, status, message }).toEqual({ code: 1000, status: 500, message: 'Internal logic error.' });
});

it('B3 what goes over a limit is told the limit, and how to set it', () => {
  const { code, message } = limitExceeded('Apps', 5, 'maxApps');
  expect({ code, message }).toEqual({ code: 1002, message: 'Apps: 5 at most (maxApps).' });
});
