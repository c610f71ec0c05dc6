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
  address: 'correct',
}

test('says delivered only when it was, with Berlin time', () => {
  expect(letterWords(paid.letter, paid.emailMasked).text).toBe('zugestellt an m•••@gmx.de, 14:03')
  expect(letterWords({ ...paid.letter!, state: 'handed_over' }, paid.emailMasked).text).toContain('unterwegs')
})

test.each([
  ['bounced', 'Das Postfach ist voll.', 'abgewiesen: Postfach voll (m•••@gmx.de, 14:03)'],
  [
    'bounced',
    'Diese Adresse gibt es nicht. Vielleicht ein Tippfehler.',
    'abgewiesen: diese Adresse gibt es nicht (m•••@gmx.de, 14:03)',
  ],
  [
    'parked',
    'Resend lehnt diese Mail ab, vermutlich wegen der Adresse. Adresse prüfen.',
    'abgewiesen: Die Adresse m•••@gmx.de wird nicht angenommen',
  ],
])('a letter that cannot arrive is bad and says why: %s, %s', (state, reason, text) => {
  expect(letterWords({ state, at: '2026-11-22T13:03:00Z', reason }, 'm•••@gmx.de')).toEqual({ text, bad: true })
})

test('nobody but the operator reads what the operator should do', () => {
  const reason = 'Die Adresse steht auf der Sperrliste bei Resend. Adresse prüfen, dann dort freigeben.'
  expect(letterWords({ state: 'suppressed', at: '2026-11-22T13:03:00Z', reason }, null).text).not.toContain('Resend')
  const quota = {
    state: 'parked',
    at: '2026-11-22T13:03:00Z',
    reason: 'Das Mail-Kontingent bei Resend ist aufgebraucht.',
  }
  expect(letterWords(quota, 'm•••@gmx.de')).toEqual({
    text: 'wartet bei uns und geht dann an m•••@gmx.de; wir sehen das',
    bad: false,
  })
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
