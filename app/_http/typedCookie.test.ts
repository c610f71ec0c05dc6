import { expect, test } from 'vitest'
import { keepTyped, readTyped } from './typedCookie.ts'

const cookieValue = (cookie: string | null) => /^typed=([^;]+);/.exec(cookie ?? '')?.[1]
const site = 'http://127.0.0.1:3000'

test('what people type comes back; tokens, keys and codes never travel', () => {
  const consent = { startNow: true }
  const form = { email: 'anna@nirgends', consent, token: 'geheim', key: 'k', code: '123456', name: { odd: true } }
  expect(readTyped(cookieValue(keepTyped(form, site)))).toEqual({ email: 'anna@nirgends', consent })
  expect(keepTyped(form, site)).toContain('Max-Age=60; HttpOnly')
})

test('nothing, too much and nonsense are no reason to fail', () => {
  expect(keepTyped({}, site)).toBe(null)
  expect(keepTyped({ token: 'x' }, site)).toBe(null)
  expect(
    keepTyped({ weekdays: Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`tag${at}`, true])) }, site),
  ).toBe(null)
  for (const odd of [null, undefined, '', 'x', Buffer.from('[1]').toString('base64url')])
    expect(readTyped(odd)).toEqual({})
})
