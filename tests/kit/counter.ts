import { inject } from 'vitest'
import { readConfig } from '#config'
import { OutsideError } from '#errors'
import { buildPlatform, type Platform } from '#platform'
import type { CheckoutTruth, Ctx, Payments, PriceFact } from '#ports'
import { copyDatabase, type TestDatabase } from './database.ts'
import { paidTruth } from './paidTruth.ts'

/**
 * A sale without Stripe: the domain on a real database, and a `Payments` whose truth a test sets. For states and races
 * that no real session can be brought into on purpose.
 */

export interface Counter {
  ctx: Ctx
  platform: Platform
  database: TestDatabase
  payments: FakePayments
  close(): Promise<void>
}

export interface FakePayments extends Payments {
  truths: Map<string, CheckoutTruth>
  price: PriceFact
  /** Every session asked for, by idempotency key. */
  opened: Map<string, { sessionId: string; url: string; expiresAt: Date; asked: unknown }>
  /** Runs after a truth was read and before it is answered, so that tests can stage a race. */
  beforeAnswer: (sessionId: string) => Promise<void>
  down: boolean
}

export const kursPrice: PriceFact = {
  id: 'price_kurs',
  lookupKey: 'kurs_eur',
  productName: 'Die Produktivitäts-Werkstatt',
  currency: 'eur',
  unitAmount: 34_900,
  active: true,
}

function fakePayments(real: Payments): FakePayments {
  const fake: FakePayments = {
    truths: new Map(),
    price: { ...kursPrice },
    opened: new Map(),
    beforeAnswer: async () => {},
    down: false,
    readEvent: real.readEvent,
    referencesOf: real.referencesOf,
    createCheckout: async (input) => {
      if (fake.down) throw new OutsideError('stripe', 'refused', 'down')
      const { idempotencyKey, ...asked } = input
      const before = fake.opened.get(idempotencyKey)
      if (before && JSON.stringify(before.asked) !== JSON.stringify(asked))
        throw new OutsideError('stripe', 'rejected', 'idempotency_error')
      const sessionId = before?.sessionId ?? `cs_test_${fake.opened.size + 1}`
      const answer = { sessionId, url: `https://checkout.test/${sessionId}`, expiresAt: input.expiresAt, asked }
      fake.opened.set(idempotencyKey, answer)
      if (!before)
        fake.truths.set(
          sessionId,
          paidTruth(sessionId, { status: 'open', paymentStatus: 'unpaid', orderId: input.orderId, email: input.email }),
        )
      return answer
    },
    expireCheckout: async (sessionId) => {
      const truth = fake.truths.get(sessionId)
      if (truth?.status !== 'open') throw new OutsideError('stripe', 'rejected', 'only open sessions expire')
      fake.truths.set(sessionId, { ...truth, status: 'expired' })
    },
    getCheckout: async (sessionId, options) => {
      if (fake.down) throw new OutsideError('stripe', 'refused', 'down')
      const truth = fake.truths.get(sessionId)
      if (!truth) throw new OutsideError('stripe', 'not_found', sessionId)
      await fake.beforeAnswer(sessionId)
      return options?.closely ? { fraudWarnings: [], ...truth } : { ...truth, fraudWarnings: undefined }
    },
    refund: async ({ paymentIntentId, amount, idempotencyKey, metadata }) => {
      if (fake.down) throw new OutsideError('stripe', 'refused', 'down')
      const [sessionId, truth] = [...fake.truths].find(([, known]) => known.paymentIntentId === paymentIntentId) ?? []
      if (!sessionId || !truth) throw new OutsideError('stripe', 'not_found', paymentIntentId)
      const id = `re_${idempotencyKey}`
      const before = truth.refunds.find((refund) => refund.id === id)
      if (before) return before
      const gone = truth.refunds.filter(({ status }) => status === 'succeeded' || status === 'pending')
      const left = truth.amountTotal - gone.reduce((sum, refund) => sum + refund.amount, 0)
      if ((amount ?? left) > left) throw new OutsideError('stripe', 'rejected', 'more than is left')
      const made = {
        id,
        amount: amount ?? left,
        status: 'succeeded',
        createdAt: new Date(),
        askedBy: metadata.asked_by ?? null,
      }
      fake.truths.set(sessionId, { ...truth, refunds: [...truth.refunds, made] })
      return made
    },
    listEvents: async () => ({ events: [], more: false }),
    listCompletedSessions: async ({ since }) => {
      const sessionIds = [...fake.truths.values()]
        .filter((truth) => truth.status === 'complete' && truth.createdAt >= since)
        .map(({ sessionId }) => sessionId)
      return { sessionIds, last: sessionIds.at(-1) ?? null, more: false }
    },
    findSessionId: async ({ paymentIntentId, chargeId, customerId }) => {
      if (fake.down) throw new OutsideError('stripe', 'refused', 'down')
      // Here a customer's id is made from the session's.
      if (customerId) return [...fake.truths.keys()].find((id) => customerId === `cus_${id}`) ?? null
      const known = [...fake.truths.values()].find(
        (truth) => truth.paymentIntentId === paymentIntentId || (chargeId && truth.chargeId === chargeId),
      )
      return known?.sessionId ?? null
    },
    getPrice: async () => {
      if (fake.down) throw new OutsideError('stripe', 'refused', 'down')
      return fake.price
    },
  }
  return fake
}

export async function openCounter(): Promise<Counter> {
  const database = await copyDatabase(inject('postgresUrl'))
  const nowhere = 'http://127.0.0.1:1'
  const platform = buildPlatform(
    readConfig({
      NEXT_PUBLIC_SITE_URL: 'http://127.0.0.1:3000',
      DATABASE_URL: database.url,
      JWT_SECRET: 'test-secret-of-more-than-thirty-two-characters',
      STRIPE_SECRET_KEY: 'sk_test_werkstatt',
      STRIPE_WEBHOOK_SECRET: 'whsec_test',
      STRIPE_PRICE_ID_LIVE_EUR: 'kurs_eur',
      STRIPE_API_BASE_URL: nowhere,
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: nowhere,
      BUNNY_STREAM_LIBRARY_ID: '1',
      BUNNY_STREAM_ACCESS_KEY: 'key',
      BUNNY_STREAM_API_BASE_URL: nowhere,
      WERKSTATT_EMULATED: 'stripe,resend,bunny',
      LOG_LEVEL: 'silent',
    }),
    'test',
  )
  const payments = fakePayments(platform.ctx.payments)
  return {
    ctx: { ...platform.ctx, payments, requestId: 'test' },
    platform,
    database,
    payments,
    close: async () => {
      await platform.close()
      await database.drop()
    },
  }
}
