import fc from 'fast-check'
import { expect, test } from 'vitest'
import { failureReason, type LetterState, readMailEvent, statesBelow } from '#domain/mail/rules.ts'
import { OutsideError } from '#errors'
import type { MailEvent } from '#ports'

const event = (type: string, detail: string | null = null): MailEvent => ({
  id: 'msg_1',
  type,
  providerId: 're_1',
  letterId: null,
  at: new Date('2026-11-22T12:00:00Z'),
  detail,
})

const apply = (state: LetterState, next: LetterState) => (statesBelow(next).includes(state) ? next : state)

test('whatever order and however often events come, the same state stays', () => {
  const news = ['handed_over', 'sent', 'delayed', 'delivered', 'bounced', 'complained', 'suppressed', 'failed'] as const
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...news), { minLength: 1 }), fc.infiniteStream(fc.nat()), (order, dice) => {
      const shuffled = order
        .concat(order)
        .map((state) => ({ state, at: dice.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ state }) => state)
      expect(shuffled.reduce<LetterState>(apply, 'queued')).toBe(order.reduce<LetterState>(apply, 'queued'))
    }),
  )
})

test('a bounce after the delivery is news, a delivery after the bounce is old', () => {
  expect(apply('delivered', 'bounced')).toBe('bounced')
  expect(apply('bounced', 'delivered')).toBe('bounced')
  expect(apply('delivered', 'sent')).toBe('delivered')
})

test('evidence moves even letters that were given up', () => {
  for (const state of ['queued', 'unknown', 'parked', 'dropped'] as const) expect(apply(state, 'sent')).toBe('sent')
})

test('events say what a person can do', () => {
  expect(readMailEvent(event('email.delivered'))).toEqual({ state: 'delivered', reason: null })
  expect(readMailEvent(event('email.bounced', 'Transient/MailboxFull'))?.reason).toContain('voll')
  expect(readMailEvent(event('email.bounced', 'Permanent/General'))?.reason).toContain('gibt es nicht')
  expect(readMailEvent(event('email.suppressed', 'previous_bounce'))?.reason).toContain('Sperrliste')
  expect(readMailEvent(event('email.opened'))).toBeNull()
  expect(readMailEvent(event('something.new'))).toBeNull()
})

test('refusals name their cure', () => {
  const refusal = (message: string) => failureReason(new OutsideError('resend', 'rejected', message))
  expect(refusal('403 validation_error: The werkstatt.de domain is not verified')).toContain('Domain')
  expect(refusal('403 invalid_api_key: API key is invalid')).toContain('RESEND_API_KEY')
  expect(refusal('422 validation_error: Invalid `to` field')).toContain('Adresse')
  expect(failureReason(new OutsideError('resend', 'quota', '429 daily_quota_exceeded'))).toContain('Kontingent')
})
