import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { endFreeAccess } from '#domain/sales/afterSale/endFreeAccess.ts'
import { refundPurchase } from '#domain/sales/afterSale/refundPurchase.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { isAppError, OutsideError } from '#errors'
import type { CheckoutTruth, Ctx } from '#ports'
import { type Counter, openCounter } from '../../kit/counter.ts'
import { paidTruth } from '../../kit/paidTruth.ts'

/** The operator's refund: written first, asked under a key, followed by access. */

let counter: Counter
let count = 0

beforeAll(async () => {
  counter = await openCounter()
  await mirrorPrice(counter.ctx)
})
beforeEach(() => {
  counter.payments.down = false
  counter.payments.beforeAnswer = async () => {}
})
afterAll(() => counter.close())

async function bought(change: Partial<CheckoutTruth> = {}) {
  const sessionId = `cs_test_refund${++count}`
  counter.payments.truths.set(sessionId, paidTruth(sessionId, change))
  const { purchaseId } = await settleOrder(counter.ctx, sessionId)
  return { sessionId, purchaseId: purchaseId as string }
}
const wish = (purchaseId: string, amount: number | null = null, key: string = randomUUID()) => ({
  purchaseId,
  amount,
  key,
  reason: 'Der Käufer bat darum',
  actor: 'person:operator',
})
const refundsAt = (sessionId: string) => counter.payments.truths.get(sessionId)?.refunds ?? []
const deedsOf = (purchaseId: string) => counter.ctx.audit.list(counter.ctx.db, { purchaseIds: [purchaseId], limit: 10 })
const lettersOf = (purchaseId: string) =>
  counter.database.query<{ kind: string; data: Record<string, unknown> }>(
    `select kind, inputs->'data' as data from letter where purchase_id = $1 order by kind, created_at`,
    [purchaseId],
  )
const activeGrants = async (purchaseId: string) =>
  (
    await counter.database.query(`select 1 from access_grant where source = $1 and revoked_at is null`, [
      `purchase:${purchaseId}`,
    ])
  ).length
async function refusalOf(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return isAppError(error) ? { code: error.code, fields: error.details.fields ?? {} } : error
}

test('a full refund ends access at once, writes one row, one letter to the buyer and one to the operator', async () => {
  const { purchaseId, sessionId } = await bought()
  const answer = await refundPurchase(counter.ctx, wish(purchaseId))
  expect(answer).toMatchObject({ status: 'succeeded', state: 'refunded' })
  expect(await activeGrants(purchaseId)).toBe(0)
  expect(
    await counter.database.query(`select id, amount, status from refund where purchase_id = $1`, [purchaseId]),
  ).toEqual([{ id: answer.refundId, amount: 34_900, status: 'succeeded' }])
  for (let again = 0; again < 2; again++) await settleOrder(counter.ctx, sessionId)
  const letters = await lettersOf(purchaseId)
  expect(letters.map(({ kind }) => kind)).toEqual(['operator_refund', 'operator_sale', 'refund', 'welcome'])
  expect(letters[2]?.data).toMatchObject({ refundAmount: 34_900, amountRefunded: 34_900, accessEnds: true })
  expect(await deedsOf(purchaseId)).toMatchObject([
    { action: 'purchase.refund', reason: 'Der Käufer bat darum', detail: { amount: 34_900, asked: null } },
  ])
})

test('row 19: a partial refund keeps access, a second one that reaches the total ends it', async () => {
  const { purchaseId } = await bought()
  expect(await refundPurchase(counter.ctx, wish(purchaseId, 10_000))).toMatchObject({ state: 'paid' })
  expect(await activeGrants(purchaseId)).toBe(1)
  expect(await refundPurchase(counter.ctx, wish(purchaseId))).toMatchObject({ state: 'refunded' })
  expect(await activeGrants(purchaseId)).toBe(0)
  const letters = (await lettersOf(purchaseId)).filter(({ kind }) => kind === 'refund').map(({ data }) => data)
  expect(letters).toHaveLength(2)
  expect(letters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ refundAmount: 10_000, amountRefunded: 10_000, accessEnds: false }),
      expect.objectContaining({ refundAmount: 24_900, amountRefunded: 34_900, accessEnds: true }),
    ]),
  )
})

test('the same click twice, also at the same moment, is one refund', async () => {
  const { purchaseId, sessionId } = await bought()
  const once = wish(purchaseId, 5_000)
  const answers = await Promise.all([refundPurchase(counter.ctx, once), refundPurchase(counter.ctx, once)])
  expect(await refundPurchase(counter.ctx, once)).toEqual(answers[0])
  expect(answers[1]?.refundId).toBe(answers[0]?.refundId)
  expect(refundsAt(sessionId)).toHaveLength(1)
  expect(await deedsOf(purchaseId)).toHaveLength(1)
})

test.each(['refund.before-stripe', 'refund.after-stripe'] as const)(
  'a crash at %s is repaired by the same click',
  async (point) => {
    const { purchaseId, sessionId } = await bought()
    const click = wish(purchaseId, 5_000)
    const crashing: Ctx = {
      ...counter.ctx,
      crashPoint: (name) => {
        if (name === point) throw new Error('killed')
      },
    }
    await expect(refundPurchase(crashing, click)).rejects.toThrow('killed')
    expect(await refundPurchase(counter.ctx, click)).toMatchObject({ status: 'succeeded', state: 'paid' })
    expect(refundsAt(sessionId)).toHaveLength(1)
    expect(await deedsOf(purchaseId)).toHaveLength(1)
  },
)

test('a click repeated after Stripe forgot its key still refunds once', async () => {
  const { purchaseId, sessionId } = await bought()
  const click = wish(purchaseId, 5_000)
  await refundPurchase(counter.ctx, click)
  const forgetful: Ctx = {
    ...counter.ctx,
    payments: {
      ...counter.payments,
      refund: (input) => counter.payments.refund({ ...input, idempotencyKey: randomUUID() }),
    },
  }
  await refundPurchase(forgetful, click)
  expect(refundsAt(sessionId)).toHaveLength(1)
})

test('a lost answer is ambiguous: the operator is told to press again, and nothing is booked twice', async () => {
  const { purchaseId, sessionId } = await bought()
  const click = wish(purchaseId)
  const deaf: Ctx = {
    ...counter.ctx,
    payments: {
      ...counter.payments,
      refund: async (input) => {
        await counter.payments.refund(input)
        throw new OutsideError('stripe', 'timeout', 'refund: cut')
      },
    },
  }
  expect(await refusalOf(refundPurchase(deaf, click))).toMatchObject({ code: 'payments_unavailable' })
  expect(await refundPurchase(counter.ctx, click)).toMatchObject({ state: 'refunded' })
  expect(refundsAt(sessionId)).toHaveLength(1)
})

test('Stripe away: nothing is written, nothing changes', async () => {
  const { purchaseId } = await bought()
  counter.payments.down = true
  expect(await refusalOf(refundPurchase(counter.ctx, wish(purchaseId)))).toMatchObject({ code: 'payments_unavailable' })
  expect(await deedsOf(purchaseId)).toEqual([])
})

test('what Stripe refuses is recorded, and the same click answers the same', async () => {
  const { purchaseId } = await bought()
  const click = wish(purchaseId)
  const strict: Ctx = {
    ...counter.ctx,
    payments: {
      ...counter.payments,
      refund: async () => {
        throw new OutsideError('stripe', 'rejected', 'refund: StripeInvalidRequestError charge_disputed 400')
      },
    },
  }
  for (const ctx of [strict, counter.ctx])
    expect(await refusalOf(refundPurchase(ctx, click))).toMatchObject({ code: 'conflict' })
  expect((await deedsOf(purchaseId)).map(({ action }) => action).toSorted()).toEqual([
    'purchase.refund',
    'purchase.refund_refused',
  ])
  expect(await activeGrants(purchaseId)).toBe(1)
})

test('a wish that cannot be is refused with a sentence and writes nothing', async () => {
  const { purchaseId } = await bought()
  const free = await bought({
    amountTotal: 0,
    paymentIntentId: null,
    chargeId: null,
    paymentStatus: 'no_payment_required',
  })
  const disputed = await bought({ disputes: [{ id: `dp_r${count}`, amount: 1, status: 'needs_response' }] })
  const waiting = await bought({ paymentStatus: 'unpaid', paymentIntentStatus: 'processing' })
  const refused = async (input: ReturnType<typeof wish>) => refusalOf(refundPurchase(counter.ctx, input))
  for (const amount of [0, -5, 1.5, Number.NaN, 2 ** 60])
    expect(await refused(wish(purchaseId, amount))).toMatchObject({
      code: 'invalid_input',
      fields: { amount: expect.any(String) },
    })
  expect(await refused({ ...wish(purchaseId), reason: '  ' })).toMatchObject({ code: 'invalid_input' })
  expect(await refused(wish(purchaseId, null, 'x'))).toMatchObject({ code: 'invalid_input' })
  expect(await refused(wish(randomUUID()))).toMatchObject({ code: 'not_found' })
  expect(await refused(wish(purchaseId, 34_901))).toMatchObject({
    code: 'conflict',
    fields: { amount: 'Es sind nur noch 349,00\u00a0€ übrig.' },
  })
  for (const other of [free, disputed, waiting])
    expect(await refused(wish(other.purchaseId))).toMatchObject({
      code: 'conflict',
      fields: { amount: expect.any(String) },
    })
  expect(await deedsOf(purchaseId)).toEqual([])
})

test('one click cannot be used for another refund', async () => {
  const [one, other] = [await bought(), await bought()]
  const click = wish(one.purchaseId, 1_000)
  await refundPurchase(counter.ctx, click)
  for (const changed of [
    { ...click, amount: 2_000 },
    { ...click, purchaseId: other.purchaseId },
  ])
    expect(await refusalOf(refundPurchase(counter.ctx, changed))).toMatchObject({ code: 'conflict' })
  expect(refundsAt(other.sessionId)).toEqual([])
})

const free = {
  amountSubtotal: 34_900,
  amountDiscount: 34_900,
  amountTotal: 0,
  paymentStatus: 'no_payment_required',
} as const
const noPayment = { paymentIntentId: null, paymentIntentStatus: null, chargeId: null, paidAt: null }

test("a free order's access ends by hand, once, and no later settle opens it again", async () => {
  const { purchaseId, sessionId } = await bought({ ...free, ...noPayment })
  expect(await activeGrants(purchaseId)).toBe(1)
  const click = { purchaseId, reason: 'Gutschein missbraucht', actor: 'person:operator', key: randomUUID() }
  await expect(endFreeAccess(counter.ctx, { ...click, reason: ' ' })).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await Promise.all([endFreeAccess(counter.ctx, click), endFreeAccess(counter.ctx, click)])).toEqual(
    expect.arrayContaining([{ ended: true }, { ended: false }]),
  )
  expect(await activeGrants(purchaseId)).toBe(0)
  expect(await settleOrder(counter.ctx, sessionId)).toMatchObject({ state: 'refunded' })
  expect(await settleOrder(counter.ctx, sessionId, { closely: true })).toMatchObject({ state: 'refunded' })
  expect(await activeGrants(purchaseId)).toBe(0)
  expect((await deedsOf(purchaseId)).map(({ action, reason }) => [action, reason])).toEqual([
    ['purchase.end_access', 'Gutschein missbraucht'],
  ])
  await expect(endFreeAccess(counter.ctx, { ...click, key: randomUUID() })).rejects.toMatchObject({ code: 'conflict' })
  expect((await lettersOf(purchaseId)).filter(({ kind }) => kind === 'refund')).toEqual([])
})

test("a settle that read Stripe before a free order's access ended does not open it again", async () => {
  const { purchaseId, sessionId } = await bought({ ...free, ...noPayment })
  let ended = false
  counter.payments.beforeAnswer = async () => {
    if (ended) return
    ended = true
    await endFreeAccess(counter.ctx, { purchaseId, reason: 'Widerruf', actor: 'person:operator', key: randomUUID() })
  }
  expect(await settleOrder(counter.ctx, sessionId)).toMatchObject({ state: 'refunded' })
  expect(await activeGrants(purchaseId)).toBe(0)
})

test('an order that cost money follows its money: its access cannot be ended so', async () => {
  const { purchaseId } = await bought()
  const click = { purchaseId, reason: 'weil', actor: 'person:operator', key: randomUUID() }
  await expect(endFreeAccess(counter.ctx, click)).rejects.toMatchObject({ code: 'conflict' })
  await expect(endFreeAccess(counter.ctx, { ...click, purchaseId: randomUUID() })).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await activeGrants(purchaseId)).toBe(1)
})
