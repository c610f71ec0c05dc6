import { expect, test } from 'vitest'
import { isSettled, letterWords, type OrderAnswer } from './orderWords.ts'

const paid: OrderAnswer = {
  payment: 'paid',
  number: 'W-2026-0117',
  amountTotal: 34900,
  currency: 'eur',
  paidAt: '2026-11-22T13:02:00Z',
  access: true,
  emailMasked: 'm•••@gmx.de',
  letter: { state: 'delivered', at: '2026-11-22T13:03:00Z', reason: null },
  mayLogIn: true,
}

test('says delivered only when it was, with Berlin time', () => {
  expect(letterWords(paid.letter, paid.emailMasked).text).toBe('zugestellt an m•••@gmx.de, 14:03')
  expect(letterWords({ ...paid.letter!, state: 'handed_over' }, paid.emailMasked).text).toContain('unterwegs')
})

test('a bounced letter is bad and names its reason', () => {
  const words = letterWords({ state: 'bounced', at: '2026-11-22T13:03:00Z', reason: 'Postfach voll' }, 'm•••@gmx.de')
  expect(words).toEqual({ text: 'nicht zustellbar an m•••@gmx.de: Postfach voll', bad: true })
})

test('keeps asking while payment, access or mail are open', () => {
  expect(isSettled(paid)).toBe(true)
  expect(isSettled({ ...paid, payment: 'open' })).toBe(false)
  expect(isSettled({ ...paid, payment: 'pending' })).toBe(false)
  expect(isSettled({ ...paid, access: false })).toBe(false)
  expect(isSettled({ ...paid, letter: null })).toBe(false)
  expect(isSettled({ ...paid, letter: { ...paid.letter!, state: 'queued' } })).toBe(false)
  expect(isSettled({ ...paid, payment: 'failed', access: false, letter: null })).toBe(true)
})
