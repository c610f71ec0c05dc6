import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { certificateName, numberFrom, readNumber } from './rules.ts'

const secret = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

test('a number has 20 symbols of 22 in groups, so more than 80 bits, and no letter that looks like another', () => {
  const numbers = Array.from({ length: 500 }, () => numberFrom(secret(randomBytes(32))))
  expect(new Set(numbers).size).toBe(500)
  for (const number of numbers) expect(number).toMatch(/^[A-Z0-9]{4}(-[A-Z0-9]{4}){4}$/)
  const used = new Set(numbers.join('').replaceAll('-', ''))
  expect(used.size).toBe(22)
  expect([...'0O1ILU2Z5S6G8B'].filter((letter) => used.has(letter))).toEqual([])
  expect(20 * Math.log2(22)).toBeGreaterThan(80)
})

test('a number is read back however it was typed, and anything else is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const number = numberFrom(secret(bytes))
      for (const typed of [
        number,
        number.toLowerCase(),
        number.replaceAll('-', ''),
        ` ${number.replaceAll('-', ' ')} `,
      ])
        expect(readNumber(typed)).toBe(number)
    }),
  )
  const good = numberFrom(secret(new Uint8Array(32)))
  const bad = [
    '',
    'x',
    good.slice(1),
    `${good}3`,
    good.replace('3', '0'),
    '../etc',
    "' or 1=1",
    'A'.repeat(1_000_000),
    '\0',
  ]
  for (const none of bad) expect(readNumber(none)).toBeNull()
  fc.assert(fc.property(fc.string(), (text) => readNumber(text) === null || /^[\w\s-]+$/.test(text)))
})

test.each([
  ['  Anna   Amsel ', 'Anna Amsel'],
  ['Łukasz Żółć', 'Łukasz Żółć'],
  ['O’Neil, M.A.', 'O’Neil, M.A.'],
  ["Jean-Luc d'Arc (jun.)", "Jean-Luc d'Arc (jun.)"],
  ['山田太郎', '山田太郎'],
  ['प्रियंका शर्मा', 'प्रियंका शर्मा'],
  ['فاطمة الزهراء', 'فاطمة الزهراء'],
  ['Zoe\u0308', 'Zoë'],
  ['A', 'A'],
  ['x'.repeat(80), 'x'.repeat(80)],
])('%s is a name', (typed, name) => expect(certificateName(typed)).toBe(name))

test.each([
  '',
  '   ',
  'x'.repeat(81),
  'x'.repeat(1_000_000),
  '<script>alert(1)</script>',
  '<b>Anna</b>',
  'Anna & Co',
  'Anna\nAmsel',
  'Anna\u0000',
  'Anna\u202eAmsel',
  'Anna\u200bAmsel',
  'anna@example.de',
  'https://example.de',
  'Kauf auf example.com',
  '12345',
  '---',
  'Z\u0300\u0301\u0302\u0303\u0304\u0305',
  '{{7*7}}',
  '"; drop table certificate; --',
])('%j is no name', (typed) => expect(certificateName(typed)).toBeNull())
