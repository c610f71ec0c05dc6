import { expect, test } from 'vitest'
import { owedLetters, owedNotices } from '#domain/sales/letterRules.ts'
import { computePurchase } from '#domain/sales/rules.ts'
import type { CheckoutTruth } from '#ports'
import { paidTruth } from '#tests/kit/paidTruth.ts'

function owed(change: Partial<CheckoutTruth>) {
  const truth = paidTruth('cs_test_1', change)
  const computed = computePurchase(truth, { livemode: false, ourPriceIds: ['price_kurs'], hasDraft: false })
  return { letters: owedLetters(truth, computed), notices: owedNotices(truth, computed) }
}

test('a sale is one letter to each side', () => {
  expect(owed({})).toEqual({ letters: [{ kind: 'welcome' }], notices: [{ kind: 'operator_sale' }] })
})

test('each refund that arrived has its letter; one on its way or failed has none for the buyer', () => {
  const refunds = [
    { id: 're_1', amount: 10_000, status: 'succeeded' },
    { id: 're_2', amount: 5_000, status: 'pending' },
    { id: 're_3', amount: 4_000, status: 'failed' },
    { id: 're_4', amount: 3_000, status: 'canceled' },
  ]
  const { letters, notices } = owed({ refunds })
  expect(letters).toEqual([
    { kind: 'welcome' },
    { kind: 'refund', refundId: 're_1', refundAmount: 10_000, accessEnds: false },
  ])
  expect(notices.flatMap((one) => ('cause' in one ? one.cause : []))).toEqual(['re_1:succeeded', 're_3:failed'])
})

test('a fraud warning is told once it asks for something, and no more when the money went back', () => {
  const warning = { id: 'issfr_1', actionable: true, type: 'made_with_stolen_card', createdAt: new Date(0) }
  const told = (actionable: boolean) =>
    owed({ fraudWarnings: [{ ...warning, actionable }] }).notices.filter(({ kind }) => kind === 'operator_warning')
  expect(told(true)).toEqual([{ kind: 'operator_warning', cause: 'issfr_1', type: warning.type, at: new Date(0) }])
  expect(told(false)).toEqual([])
})

test('the last part says that access ends', () => {
  const refunds = [
    { id: 're_1', amount: 30_000, status: 'succeeded' },
    { id: 're_2', amount: 4_900, status: 'succeeded' },
  ]
  expect(owed({ refunds })).toMatchObject({ letters: [{ accessEnds: true }, { accessEnds: true }] })
})

test('each turn of a dispute is told once; the buyer hears nothing', () => {
  const disputes = [{ id: 'dp_1', amount: 34_900, status: 'lost', reason: 'fraudulent' }]
  expect(owed({ disputes })).toMatchObject({
    letters: [],
    notices: [{ kind: 'operator_dispute', cause: 'dp_1:lost', reason: 'fraudulent', evidenceDueAt: null }],
  })
})

test('about a foreign session nobody hears anything', () => {
  const refunds = [{ id: 're_1', amount: 1, status: 'succeeded' }]
  expect(owed({ livemode: true, refunds })).toEqual({ letters: [], notices: [] })
})
