import { createHmac } from 'node:crypto'
import { createDeliverer, type Deliverer } from '../kit/delivery.ts'
import { createFaults, type Faults } from '../kit/faults.ts'
import { type Random, randomId, seededRandom } from '../kit/random.ts'
import { openStore, type Row, type Store, type Table } from '../kit/store.ts'
import { makeCoupon, makePrice, makeProduct, makePromotionCode } from './makers.ts'
import type {
  Charge,
  Coupon,
  Dispute,
  PaymentIntent,
  Price,
  PromotionCode,
  Refund,
  SessionRow,
  StripeEvent,
} from './objects.ts'

export interface StripeConfig {
  /** 0 lets the system choose. */
  port: number
  /** `sk_test_…` or `rk_test_…`; a live key is refused. */
  secretKey: string
  webhookSecret: string
  /** While a secret is being rolled both sign, as at Stripe. */
  webhookSecretPrevious?: string
  /** Empty or absent: no endpoint. */
  webhookUrl?: string
  /** Which types the endpoint gets, `*` allowed. Default: all. */
  enabledEvents?: string[]
  price: { id: string; lookupKey: string; unitAmount: number; currency: string; productName: string }
  /** Pauses between delivery attempts in ms. */
  retryPlan?: number[]
  /** Seed of delivery order and faults. Default 1. */
  seed?: number
  /** How long a SEPA debit „takes its time" before it succeeds or fails by itself, in ms. Default 5000. */
  sepaDelayMs?: number
  /** What a session over 0 € says. Stripe's sources disagree; default `no_payment_required`. */
  freePaymentStatus?: 'paid' | 'no_payment_required'
}

/** Something that happens by itself later: a SEPA result, a refund that fails. */
export interface Task extends Row {
  at: number
  what: 'intent_succeed' | 'intent_fail' | 'refund_succeed' | 'refund_fail' | 'dispute'
  target: string
}

export interface StoredAnswer extends Row {
  fingerprint: string
  status: number
  body: string
  requestId: string
  at: number
}

export interface Settings extends Row {
  /** How refunds end: they succeed at once, stay pending, or fail a moment later. */
  refunds: 'succeeded' | 'pending' | 'failed'
}

export interface Thing extends Row {
  object: string
  [field: string]: unknown
}

export interface World {
  config: StripeConfig
  store: Store
  faults: Faults
  deliverer: Deliverer
  random: Random
  sessions: Table<SessionRow>
  intents: Table<PaymentIntent>
  charges: Table<Charge>
  refunds: Table<Refund>
  disputes: Table<Dispute>
  events: Table<StripeEvent>
  prices: Table<Price>
  products: Table<Thing>
  coupons: Table<Coupon>
  promotionCodes: Table<PromotionCode>
  /** Invoices, customers, balance transactions. */
  things: Table<Thing>
  tasks: Table<Task>
  answers: Table<StoredAnswer>
  settings(): Settings
  setSettings(change: Partial<Settings>): void
  /** payment intent → session */
  sessionOf: Map<string, string>
}

export const apiVersion = '2026-10-28.endive'
export const productId = 'prod_Werkstatt00001'

/** Seconds since 1970, Stripe's unit. */
export const nowSeconds = () => Math.floor(Date.now() / 1000)

export const newId = (prefix: string, length = 24) => `${prefix}_${randomId(length)}`

function signer(config: StripeConfig) {
  const secrets = [config.webhookSecret, config.webhookSecretPrevious].filter((secret) => secret !== undefined)
  return (body: string) => {
    const t = nowSeconds()
    const signatures = secrets.map(
      (secret) => `v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`,
    )
    return {
      'stripe-signature': [`t=${t}`, ...signatures].join(','),
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    }
  }
}

function seeds(config: StripeConfig, created: number) {
  const { id, lookupKey, unitAmount, currency, productName } = config.price
  return {
    prices: () => [makePrice({ id, lookupKey, unitAmount, currency, product: productId, created })],
    products: () => [makeProduct(productId, productName, created) as Thing],
    coupons: () => [
      makeCoupon('WERKBANK20', { percent: 20 }, created),
      makeCoupon('GESCHENK100', { percent: 100 }, created),
    ],
    codes: () => [
      makePromotionCode('promo_Werkbank20', 'WERKBANK20', 'WERKBANK20', created),
      makePromotionCode('promo_Geschenk100', 'GESCHENK100', 'GESCHENK100', created),
    ],
  }
}

/** Opens the emulator's state and wires deliveries; nothing listens yet. Throws one sentence for a live key. */
export function openWorld(config: StripeConfig, dataDir: string): World {
  if (config.secretKey.includes('_live_'))
    throw new Error('The Stripe emulator refuses to run beside a live key; use a test key or remove the emulator.')
  const store = openStore(dataDir, 'stripe')
  const faults = createFaults(store, config.seed ?? 1)
  const seed = seeds(config, nowSeconds())
  const events = store.table<StripeEvent>('events')
  const sessions = store.table<SessionRow>('sessions')
  const settings = store.table<Settings>('settings', () => [{ id: 'settings', refunds: 'succeeded' }])
  const sessionOf = new Map<string, string>()
  for (const row of sessions.values()) if (row.session.payment_intent) sessionOf.set(row.session.payment_intent, row.id)
  store.onReset(() => sessionOf.clear())
  const bodyOf = (id: string) => {
    const event = events.get(id)
    return event ? JSON.stringify(event) : null
  }
  return {
    config,
    store,
    faults,
    random: seededRandom(config.seed ?? 1),
    deliverer: createDeliverer({
      store,
      faults,
      url: () => config.webhookUrl || null,
      body: bodyOf,
      sign: signer(config),
      retryPlan: config.retryPlan,
    }),
    sessions,
    intents: store.table<PaymentIntent>('payment_intents'),
    charges: store.table<Charge>('charges'),
    refunds: store.table<Refund>('refunds'),
    disputes: store.table<Dispute>('disputes'),
    events,
    prices: store.table<Price>('prices', seed.prices),
    products: store.table<Thing>('products', seed.products),
    coupons: store.table<Coupon>('coupons', seed.coupons),
    promotionCodes: store.table<PromotionCode>('promotion_codes', seed.codes),
    things: store.table<Thing>('things'),
    tasks: store.table<Task>('tasks'),
    answers: store.table<StoredAnswer>('answers'),
    settings: () => settings.get('settings') as Settings,
    setSettings(change) {
      settings.put({ ...(settings.get('settings') as Settings), ...change })
    },
    sessionOf,
  }
}
