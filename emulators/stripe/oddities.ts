import { z } from 'zod'
import type { EmulatorApp } from '../kit/serve.ts'
import { readJson } from './actions.ts'
import { raiseWarning } from './afterSale.ts'
import { StripeRefusal } from './errors.ts'
import { draft, emit } from './events.ts'
import { findById } from './expand.ts'
import type { Form } from './form.ts'
import { createLink, createOtherPrice, linkInput, productInput } from './paymentLinks.ts'
import { createSession, expireSession, recalculate, recoverSession } from './sessions.ts'
import { nowSeconds, type Thing, type World } from './world.ts'

const sessionInput = z.strictObject({
  /** One of our prices; absent: another shop's product for `amount` cents. */
  price: z.string().optional(),
  amount: z.int().min(0).optional(),
  quantity: z.int().min(1).optional(),
  /** So many other things before it, each for a euro. */
  others: z.int().min(1).max(99).optional(),
  email: z.email().optional(),
  clientReferenceId: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  recovery: z.boolean().optional(),
})

/** A session that our shop did not open, on the same account. */
function openForeignSession(world: World, input: z.infer<typeof sessionInput>, origin: string) {
  const other = (cents: number): Form => ({
    price_data: { currency: 'eur', unit_amount: String(cents), product_data: { name: 'Ein anderes Produkt' } },
  })
  const item = input.price ? { price: input.price } : other(input.amount ?? 1_900)
  const others = Array.from({ length: input.others ?? 0 }, () => ({ ...other(100), quantity: '1' }))
  return createSession(
    world,
    {
      mode: 'payment',
      line_items: [...others, { ...item, quantity: String(input.quantity ?? 1) }],
      ...(input.metadata ? { metadata: input.metadata } : {}),
      success_url: 'http://127.0.0.1/anderer-shop',
      ...(input.email ? { customer_email: input.email } : {}),
      ...(input.clientReferenceId ? { client_reference_id: input.clientReferenceId } : {}),
      ...(input.recovery ? { after_expiration: { recovery: { enabled: 'true' } } } : {}),
    },
    origin,
  )
}

const eventInput = z.strictObject({
  type: z.string(),
  /** The object it is about, by id; or `object` as it should travel. */
  objectId: z.string().optional(),
  object: z.record(z.string(), z.unknown()).optional(),
  id: z.string().optional(),
  livemode: z.boolean().optional(),
  apiVersion: z.string().nullable().optional(),
  /** Seconds since 1970. */
  created: z.int().optional(),
  /** false: listed by the API, never sent. */
  deliver: z.boolean().optional(),
})

async function sendEvent(world: World, input: z.infer<typeof eventInput>) {
  const known = input.objectId ? findById(world, input.objectId) : {}
  if (!known) throw new StripeRefusal(404, `No such object: ${input.objectId}`)
  const { livemode, apiVersion, created, id } = input
  const before = new Set(world.events.all().map((event) => event.id))
  // A second event with a known id is no new change: Stripe would deliver the old bytes.
  if (id && before.has(id)) throw new StripeRefusal(409, `Event ${id} exists`)
  const one = draft(input.type, { ...known, ...input.object })
  const sent = emit(world, [{ ...one, as: { livemode, apiVersion, created, id, deliver: input.deliver ?? true } }])
  await sent.get(input.type)
  return world.events.all().find((event) => !before.has(event.id))
}

/** Changes fields of a stored object without an event: an unknown value, another mode, another time. */
function change(world: World, id: string, fields: Record<string, unknown>): object {
  const object = findById(world, id)
  if (!object) throw new StripeRefusal(404, `No such object: ${id}`)
  Object.assign(object, fields)
  const row = world.sessions.get(id)
  if (row) world.sessions.put(row)
  else for (const table of changeable(world)) if (table.get(id)) (table.put as (thing: object) => void)(object as Thing)
  return object
}

const changeable = ({ intents, charges, refunds, disputes, events, prices, things }: World) => [
  intents,
  charges,
  refunds,
  disputes,
  events,
  prices,
  things,
]

/**
 * Routes for what our buyers cannot do: foreign sessions, other quantities, recovered sessions, fraud warnings, events
 * of another mode, version or type, and values that Stripe may invent later.
 */
export function mountOddities(app: EmulatorApp, world: World): void {
  app.post('/_sessions', async (c) =>
    c.json(openForeignSession(world, await readJson(c, sessionInput), new URL(c.req.url).origin)),
  )
  app.post('/_prices', async (c) => c.json(createOtherPrice(world, await readJson(c, productInput))))
  app.post('/_links', async (c) => {
    const link = createLink(world, await readJson(c, linkInput))
    return c.json({ ...link, url: `${new URL(c.req.url).origin}/b/${link.id}` })
  })
  app.post('/_sessions/:id/quantity', async (c) => {
    const { quantity } = await readJson(c, z.strictObject({ quantity: z.int().min(1) }))
    const row = world.sessions.get(c.req.param('id'))
    if (!row?.items[0] || row.session.status !== 'open') throw new StripeRefusal(409, 'This session is not open')
    row.items[0].quantity = quantity
    recalculate(world, row)
    return c.json(world.sessions.put(row).session)
  })
  app.post('/_sessions/:id/expire', (c) => c.json(expireSession(world, c.req.param('id'))))
  app.post('/_sessions/:id/recover', async (c) => {
    const id = c.req.param('id')
    const row = world.sessions.get(id)
    if (!row) throw new StripeRefusal(404, 'No such session')
    const origin = new URL(c.req.url).origin
    // What Stripe's account settings („recover abandoned carts“) do for sessions that did not ask themselves.
    row.session.after_expiration ??= {
      recovery: {
        enabled: true,
        allow_promotion_codes: true,
        url: `${origin}/r/${id}`,
        expires_at: nowSeconds() + 3600,
      },
    }
    if (row.session.status === 'open') expireSession(world, id)
    const recovered = recoverSession(world, id, origin)
    if (!recovered) throw new StripeRefusal(409, 'This session cannot be recovered')
    return c.json(recovered)
  })
  app.post('/_warnings', async (c) => {
    const shape = z.strictObject({
      charge: z.string().optional(),
      payment_intent: z.string().optional(),
      fraudType: z.string().optional(),
    })
    const { payment_intent: paymentIntent, ...input } = await readJson(c, shape)
    return c.json(raiseWarning(world, { ...input, paymentIntent }))
  })
  app.post('/_emit', async (c) => c.json(await sendEvent(world, await readJson(c, eventInput))))
  app.post('/_change/:id', async (c) =>
    c.json(change(world, c.req.param('id'), await readJson(c, z.record(z.string(), z.unknown())))),
  )
}
