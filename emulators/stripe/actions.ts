import type { Context } from 'hono'
import { z } from 'zod'
import type { EmulatorApp } from '../kit/serve.ts'
import { closeDispute, openDispute, settleRefund } from './afterSale.ts'
import { StripeRefusal } from './errors.ts'
import { draft, emit } from './events.ts'
import { warningsOf } from './fraudWarnings.ts'
import { makePrice } from './makers.ts'
import { readCard, readIban } from './methods.ts'
import type { Price } from './objects.ts'
import { pay, settlePending } from './payments.ts'
import { successUrlOf } from './payPage.ts'
import { applyPromotion } from './sessions.ts'
import { newId, nowSeconds, type World } from './world.ts'

const payInput = z.strictObject({
  /** null: the session ends without an address. */
  email: z.email().nullable().optional(),
  name: z.string().optional(),
  businessName: z.string().optional(),
  taxId: z.string().optional(),
  address: z.strictObject({ line1: z.string(), postal_code: z.string(), city: z.string() }).optional(),
  card: z.string().optional(),
  iban: z.string().optional(),
  promotionCode: z.string().optional(),
  /** Answer only after the first delivery attempt of `checkout.session.completed`. */
  wait: z.boolean().optional(),
})

export async function readJson<T>(c: Context, shape: z.ZodType<T>): Promise<T> {
  const parsed = shape.safeParse(await c.req.json().catch(() => ({})))
  if (!parsed.success) throw new StripeRefusal(400, parsed.error.issues[0]?.message ?? 'unusable input')
  return parsed.data
}

async function payWithoutPage(world: World, c: Context): Promise<Response> {
  const row = world.sessions.get(c.req.param('id') ?? '')
  if (!row) throw new StripeRefusal(404, 'No such session')
  const input = await readJson(c, payInput)
  const problem = input.promotionCode ? applyPromotion(world, row, input.promotionCode) : null
  if (problem) throw new StripeRefusal(400, problem)
  const method = input.iban ? readIban(input.iban) : readCard({ card: input.card ?? '4242424242424242' }, new Date())
  if (Array.isArray(method)) throw new StripeRefusal(400, method.map((one) => one.sentence).join(' '))
  const email = input.email === null ? null : (input.email ?? row.session.customer_email ?? 'kundin@example.test')
  const origin = new URL(c.req.url).origin
  const { businessName, taxId, address } = input
  const payer = { email, name: input.name ?? null, businessName, taxId, address, country: 'DE', origin }
  const result = pay(world, row, payer, method)
  if (result.state === 'declined')
    return c.json({ state: 'declined', code: result.decline.code, declineCode: result.decline.declineCode }, 402)
  if (result.state === 'closed') return c.json({ state: 'closed' }, 409)
  if (result.state === 'complete' && input.wait) await result.completed
  return c.json({
    state: result.state,
    sessionId: row.id,
    paymentIntent: row.session.payment_intent,
    paymentStatus: row.session.payment_status,
    successUrl: successUrlOf(row),
  })
}

/** Makes a new price that takes over the lookup key, because Stripe's prices never change. Throws below 50 cents. */
export function changePrice(world: World, unitAmount: number): Price {
  const old = world.prices.all().find((price) => price.active && price.lookup_key === world.config.price.lookupKey)
  if (!Number.isSafeInteger(unitAmount) || unitAmount < 50)
    throw new StripeRefusal(400, 'unitAmount must be 50 cents or more')
  const price = world.prices.put(
    makePrice({
      id: newId('price'),
      lookupKey: world.config.price.lookupKey,
      unitAmount,
      currency: old?.currency ?? world.config.price.currency,
      product: old?.product ?? '',
      created: nowSeconds(),
    }),
  )
  const drafts = [draft('price.created', price)]
  if (old) {
    const retired = world.prices.put({ ...old, active: false, lookup_key: null })
    drafts.push(draft('price.updated', retired, { active: true, lookup_key: old.lookup_key }))
  }
  emit(world, drafts)
  return price
}

const disputeInput = z.strictObject({
  charge: z.string().optional(),
  payment_intent: z.string().optional(),
  reason: z.string().optional(),
  amount: z.int().min(1).optional(),
})

/**
 * The actions of buyers, banks and operators as plain JSON routes for tests and benchmarks. Without a key, because the
 * emulator listens on loopback only.
 */
export function mountActions(app: EmulatorApp, world: World): void {
  app.post('/_pay/:id', (c) => payWithoutPage(world, c))
  app.post('/_pending/:intent', async (c) => {
    const { outcome } = await readJson(c, z.strictObject({ outcome: z.enum(['succeed', 'fail']) }))
    const asked = c.req.param('intent')
    const intent = asked.startsWith('cs_') ? (world.sessions.get(asked)?.session.payment_intent ?? '') : asked
    if (!settlePending(world, intent, outcome)) throw new StripeRefusal(409, 'This payment is not pending')
    return c.json({ outcome })
  })
  app.post('/_disputes', async (c) => {
    const input = await readJson(c, disputeInput)
    return c.json(openDispute(world, { ...input, paymentIntent: input.payment_intent }))
  })
  app.post('/_disputes/:id', async (c) => {
    const { outcome } = await readJson(c, z.strictObject({ outcome: z.enum(['won', 'lost', 'warning_closed']) }))
    return c.json(closeDispute(world, c.req.param('id'), outcome))
  })
  app.post('/_refunds/:id', async (c) => {
    const { outcome } = await readJson(c, z.strictObject({ outcome: z.enum(['succeed', 'fail']) }))
    if (!settleRefund(world, c.req.param('id'), outcome)) throw new StripeRefusal(409, 'This refund is settled')
    return c.json(world.refunds.get(c.req.param('id')))
  })
  app.post('/_events/:id/resend', async (c) => {
    const delivery = await world.deliverer.resend(c.req.param('id'))
    if (!delivery) throw new StripeRefusal(404, 'No such event, or no endpoint')
    return c.json(delivery)
  })
  app.post('/_price', async (c) => {
    const { unitAmount } = await readJson(c, z.strictObject({ unitAmount: z.int() }))
    return c.json(changePrice(world, unitAmount))
  })
  app.post('/_settings', async (c) => {
    world.setSettings(
      await readJson(c, z.strictObject({ refunds: z.enum(['succeeded', 'pending', 'failed']).optional() })),
    )
    return c.json(world.settings())
  })
}

/** What `GET /_state` shows: every object as Stripe's API would, and whether deliveries are at rest. */
export const stateOf = (world: World) => ({
  idle: world.deliverer.idle() && world.tasks.size === 0,
  sessions: world.sessions.all().map((row) => row.session),
  paymentIntents: world.intents.all(),
  charges: world.charges.all(),
  refunds: world.refunds.all(),
  disputes: world.disputes.all(),
  fraudWarnings: warningsOf(world),
  invoices: world.things.all().filter(({ object }) => object === 'invoice'),
  events: world.events.all(),
  deliveries: world.deliverer.table.all(),
  promotionCodes: world.promotionCodes.all(),
  prices: world.prices.all(),
  faults: world.faults.list(),
  settings: world.settings(),
})
