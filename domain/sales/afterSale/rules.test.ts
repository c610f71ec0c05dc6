import { expect, test } from 'vitest'
import { refundable } from '#domain/sales/afterSale/rules.ts'
import type { CheckoutTruth } from '#ports'
import { paidTruth } from '#tests/kit/paidTruth.ts'

const refunds = (...list: [amount: number, status: string][]) => ({
  refunds: list.map(([amount, status], index) => ({ id: `re_${index}`, amount, status })),
})
const disputes = (...list: string[]) => ({
  disputes: list.map((status, index) => ({ id: `dp_${index}`, status, amount: 34_900 })),
})

test('what may be given back: the rest of what was paid, and never what the bank may take', () => {
  const left = (change: Partial<CheckoutTruth>) => refundable(paidTruth('cs_test_1', change))
  expect(left({})).toEqual({ left: 34_900, obstacle: null })
  expect(left(refunds([10_000, 'succeeded'], [5_000, 'pending'], [9_000, 'failed'], [1_000, 'canceled']))).toEqual({
    left: 19_900,
    obstacle: null,
  })
  expect(left(refunds([30_000, 'succeeded'], [4_900, 'requires_action']))).toMatchObject({ obstacle: 'nothing_left' })
  expect(left({ paymentStatus: 'unpaid' })).toMatchObject({ obstacle: 'unpaid' })
  expect(left({ status: 'expired' })).toMatchObject({ obstacle: 'unpaid' })
  expect(left({ paymentIntentId: null })).toMatchObject({ obstacle: 'free' })
  for (const status of ['needs_response', 'lost', 'something_new'])
    expect(left(disputes(status))).toMatchObject({ left: 0, obstacle: 'disputed' })
  expect(left(disputes('won', 'warning_needs_response'))).toMatchObject({ left: 34_900 })
})
