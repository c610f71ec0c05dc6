import { expect, test } from 'vitest'
import { amountField, parseEuros } from '#app/_http/amount.ts'

test.each([
  ['12,50', 1250],
  ['12.5', 1250],
  ['349', 34_900],
  [' 349,00 € ', 34_900],
  ['1.234,50', 123_450],
  ['0,01', 1],
  ['1.234', 123_400],
])('„%s“ is %i cents', (text, cents) => expect(parseEuros(text)).toBe(cents))

test.each(['', 'abc', '-5', '1,234', '1e3', '12,', '0x10', '٣', '1,2,3', '99999999', 'Infinity'])(
  '„%s“ is no amount',
  (text) => expect(parseEuros(text)).toBeNull(),
)

test('absent means everything; zero, less and fractions of a cent are refused', () => {
  expect(amountField.parse(undefined)).toBeNull()
  expect(amountField.parse(5_000)).toBe(5_000)
  for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '0', '0,00', '-3', 'alles', true, {}])
    expect(amountField.safeParse(wrong).success).toBe(false)
})
