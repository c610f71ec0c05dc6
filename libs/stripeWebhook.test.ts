import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { isAppError } from '#errors'
import { verifyStripeEvent } from '#libs/stripeWebhook.ts'

const secret = 'whsec_current'
const now = new Date('2026-11-22T12:00:00Z')
const seconds = now.getTime() / 1000
const event = {
  id: 'evt_1',
  object: 'event',
  type: 'checkout.session.completed',
  livemode: false,
  api_version: '2026-10-28.endive',
  data: { object: { id: 'cs_test_1', object: 'checkout.session' } },
}
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
const sign = (raw: Buffer, at = seconds, key = secret) =>
  `t=${at},v1=${createHmac('sha256', key).update(`${at}.`).update(raw).digest('hex')}`

function codeOf(raw: Buffer, header: string | null, secrets = [secret]): string {
  try {
    verifyStripeEvent(raw, header, secrets, now)
    return 'accepted'
  } catch (error) {
    return isAppError(error) ? error.code : `not a refusal: ${error}`
  }
}

test('a signed event becomes ids, and keeps its bytes', () => {
  const raw = bytes(event)
  expect(verifyStripeEvent(raw, sign(raw), [secret], now)).toEqual({
    id: 'evt_1',
    type: 'checkout.session.completed',
    objectId: 'cs_test_1',
    livemode: false,
    apiVersion: '2026-10-28.endive',
    raw,
  })
})

test('the previous secret still opens the door, a stranger’s does not', () => {
  const raw = bytes(event)
  const old = sign(raw, seconds, 'whsec_previous')
  expect(codeOf(raw, old, [secret, 'whsec_previous'])).toBe('accepted')
  expect(codeOf(raw, old)).toBe('signature_invalid')
  expect(codeOf(raw, `${old},${sign(raw).split(',')[1]}`)).toBe('accepted')
})

test('no header, no secret, a changed byte: one answer', () => {
  const raw = bytes(event)
  expect(codeOf(raw, null)).toBe('signature_invalid')
  expect(codeOf(raw, '')).toBe('signature_invalid')
  expect(codeOf(raw, 'nonsense')).toBe('signature_invalid')
  expect(codeOf(raw, sign(raw).replace('v1', 'v0'))).toBe('signature_invalid')
  expect(codeOf(raw, sign(raw), [])).toBe('signature_invalid')
  expect(codeOf(raw, sign(raw, seconds, ' '), [' '])).toBe('signature_invalid')
  expect(codeOf(bytes({ ...event, id: 'evt_2' }), sign(raw))).toBe('signature_invalid')
  expect(codeOf(Buffer.alloc(0), sign(Buffer.alloc(0)))).toBe('signature_invalid')
})

test('the time of signing may differ by 300 seconds, both ways', () => {
  const raw = bytes(event)
  expect(codeOf(raw, sign(raw, seconds - 300))).toBe('accepted')
  expect(codeOf(raw, sign(raw, seconds - 301))).toBe('signature_time')
  expect(codeOf(raw, sign(raw, seconds + 300))).toBe('accepted')
  expect(codeOf(raw, sign(raw, seconds + 301))).toBe('signature_time')
  // Without the secret a caller learns nothing about our clock.
  expect(codeOf(raw, sign(raw, seconds + 301, 'whsec_other'))).toBe('signature_invalid')
  expect(codeOf(raw, sign(raw, seconds - 301).replace(/t=\d+/, `t=${seconds}`))).toBe('signature_invalid')
  expect(codeOf(raw, sign(raw, Number.NaN))).toBe('signature_invalid')
})

test.each([
  ['a BOM', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes(event)])],
  ['bytes that are not UTF-8', Buffer.concat([bytes(event), Buffer.from([0xff])])],
  ['no JSON', Buffer.from('hello')],
  ['a list', bytes([event])],
  ['null', bytes(null)],
  ['a thin event', bytes({ ...event, object: 'v2.core.event' })],
  ['no id', bytes({ ...event, id: undefined })],
  ['an id of another kind', bytes({ ...event, id: 'evt_1\u0000' })],
])('well signed but unusable: %s', (_, raw) => {
  expect(codeOf(raw, sign(raw))).toBe('payload_unusable')
})

test('a replacement character that Stripe really sent is text', () => {
  const raw = bytes({ ...event, note: '\ufffd' })
  expect(codeOf(raw, sign(raw))).toBe('accepted')
})
