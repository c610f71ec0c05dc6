import { expect, test } from 'vitest'
import { AppError, isAppError, isOutsideError, OutsideError } from './errors.ts'

test('an error of another copy of this module is still ours', async () => {
  // The production build has one copy per route; a query string makes a second one here.
  const copy = (await import(`${'./errors.ts'}?copy`)) as typeof import('./errors.ts')
  expect(copy.AppError).not.toBe(AppError)
  expect(isAppError(new copy.AppError('not_found'))).toBe(true)
  expect(isOutsideError(new copy.OutsideError('bunny', 'timeout', 'x'))).toBe(true)
})

test('what is not ours is not taken for it', () => {
  expect(isAppError(new OutsideError('bunny', 'timeout', 'x'))).toBe(false)
  expect(isOutsideError(new AppError('internal'))).toBe(false)
  for (const value of [new Error('AppError'), { name: 'AppError' }, null]) expect(isAppError(value)).toBe(false)
})
