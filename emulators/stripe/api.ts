import { Hono } from 'hono'
import { closeDispute, createRefund } from './afterSale.ts'
import { missing, StripeRefusal } from './errors.ts'
import type { Caller } from './events.ts'
import { expand, lineItemsOf, listShape } from './expand.ts'
import { type Form, isTrue, listOf, objectOf, textOf } from './form.ts'
import { warningsOf } from './fraudWarnings.ts'
import { type ApiContext, type ApiEnv, oneAtATime, readCall, replay, sendRefusal, stripeFaults } from './gate.ts'
import { createdFilter, listPage } from './lists.ts'
import type { StripeEvent } from './objects.ts'
import { readMetadata } from './sessionForm.ts'
import { createSession, expireSession } from './sessions.ts'
import { apiVersion, newId, nowSeconds, type World } from './world.ts'

const callerOf = (c: ApiContext): Caller => ({ requestId: c.get('requestId'), idempotencyKey: c.get('idempotencyKey') })

const expandsOf = (form: Form) => listOf(form.expand).filter((path) => typeof path === 'string')

/** Answers a thing with its expansions; 404 in Stripe's words when there is none. */
function sendThing(world: World, c: ApiContext, kind: string, thing: object | undefined): Response {
  if (!thing) throw missing(kind, c.req.param('id') ?? '')
  return c.json(expand(world, thing, expandsOf(c.get('form'))))
}

/** A filter parameter that, when given, must equal the thing's field. */
const fits = (form: Form, name: string, value: unknown) => {
  const wanted = textOf(form[name])
  return wanted === null || wanted === String(value)
}

function mountSessions(app: Hono<ApiEnv>, world: World): void {
  const path = '/v1/checkout/sessions'
  app.post(path, (c) => {
    const session = createSession(world, c.get('form'), new URL(c.req.url).origin)
    c.header('x-note', session.id)
    return c.json(expand(world, session, expandsOf(c.get('form'))))
  })
  app.get(path, (c) => {
    const form = c.get('form')
    const inTime = createdFilter(form)
    const email = textOf(objectOf(form.customer_details)?.email)
    const intent = textOf(form.payment_intent)
    const rows = intent ? [world.sessions.get(world.sessionOf.get(intent) ?? '')] : world.sessions.all()
    const sessions = rows
      .flatMap((row) => (row ? [row.session] : []))
      .filter(
        (session) =>
          inTime(session.created) &&
          fits(form, 'status', session.status) &&
          fits(form, 'customer', session.customer) &&
          (email === null || session.customer_details?.email === email),
      )
    return c.json(listPage(world, sessions, form, path, 'checkout.session'))
  })
  app.get(`${path}/:id`, (c) => sendThing(world, c, 'checkout.session', world.sessions.get(c.req.param('id'))?.session))
  app.get(`${path}/:id/line_items`, (c) => {
    const id = c.req.param('id')
    if (!world.sessions.get(id)) throw missing('checkout.session', id, 'session')
    const items = lineItemsOf(world, id).toReversed() as { id: string }[]
    return c.json(listPage(world, items, c.get('form'), `${path}/${id}/line_items`, 'line item'))
  })
  app.post(`${path}/:id/expire`, (c) =>
    c.json(expand(world, expireSession(world, c.req.param('id'), callerOf(c)), expandsOf(c.get('form')))),
  )
}

function mountMoney(app: Hono<ApiEnv>, world: World): void {
  app.get('/v1/payment_intents', (c) => {
    const inTime = createdFilter(c.get('form'))
    const intents = world.intents.all().filter((intent) => inTime(intent.created))
    return c.json(listPage(world, intents, c.get('form'), '/v1/payment_intents', 'payment_intent'))
  })
  app.get('/v1/payment_intents/:id', (c) => sendThing(world, c, 'payment_intent', world.intents.get(c.req.param('id'))))
  app.get('/v1/charges', (c) => {
    const form = c.get('form')
    const inTime = createdFilter(form)
    const charges = world.charges
      .all()
      .filter((charge) => inTime(charge.created) && fits(form, 'payment_intent', charge.payment_intent))
    return c.json(listPage(world, charges, form, '/v1/charges', 'charge'))
  })
  app.get('/v1/charges/:id', (c) => sendThing(world, c, 'charge', world.charges.get(c.req.param('id'))))
  for (const kind of ['refunds', 'disputes'] as const) {
    app.get(`/v1/${kind}`, (c) => {
      const form = c.get('form')
      const inTime = createdFilter(form)
      const table: { id: string; created: number; charge: string; payment_intent: string }[] = world[kind].all()
      const found = table.filter(
        (one) =>
          inTime(one.created) && fits(form, 'charge', one.charge) && fits(form, 'payment_intent', one.payment_intent),
      )
      return c.json(listPage(world, found, form, `/v1/${kind}`, kind.slice(0, -1)))
    })
    app.get(`/v1/${kind}/:id`, (c) => sendThing(world, c, kind.slice(0, -1), world[kind].get(c.req.param('id'))))
  }
  app.get('/v1/charges/:id/refunds', (c) => {
    const id = c.req.param('id')
    const refunds = world.refunds.all().filter((refund) => refund.charge === id)
    return c.json(listPage(world, refunds, c.get('form'), `/v1/charges/${id}/refunds`, 'refund'))
  })
  app.post('/v1/refunds', (c) => {
    const form = c.get('form')
    const amount = textOf(form.amount)
    const refund = createRefund(
      world,
      {
        charge: textOf(form.charge),
        paymentIntent: textOf(form.payment_intent),
        amount: amount === null ? null : Number(amount),
        reason: textOf(form.reason),
        metadata: readMetadata(objectOf(form.metadata), 'metadata'),
      },
      callerOf(c),
    )
    return c.json(expand(world, refund, expandsOf(form)))
  })
  app.post('/v1/disputes/:id/close', (c) => c.json(closeDispute(world, c.req.param('id'), 'lost', callerOf(c))))
}

/** Types fit exactly or by a group like `charge.*`. */
function typeFilter(form: Form): (type: string) => boolean {
  const types = listOf(form.types).filter((type) => typeof type === 'string')
  const single = textOf(form.type)
  if (single) types.push(single)
  if (types.length > 20) throw new StripeRefusal(400, 'You can specify up to 20 types.', { param: 'types' })
  if (types.length === 0) return () => true
  return (type) => types.some((one) => one === type || (one.endsWith('*') && type.startsWith(one.slice(0, -1))))
}

function mountEvents(app: Hono<ApiEnv>, world: World): void {
  /** The event with its pending deliveries counted now; the delivered bytes stay as they were. */
  const shown = (event: StripeEvent) => {
    const delivery = world.deliverer.table.get(event.id)
    return { ...event, pending_webhooks: delivery && delivery.state !== 'delivered' ? 1 : 0 }
  }
  app.get('/v1/events', (c) => {
    const form = c.get('form')
    const inTime = createdFilter(form)
    const wanted = typeFilter(form)
    const success = textOf(form.delivery_success)
    const events = world.events.all().filter((event) => {
      if (!inTime(event.created) || !wanted(event.type)) return false
      if (success === null) return true
      const delivery = world.deliverer.table.get(event.id)
      return (!delivery || delivery.state === 'delivered') === isTrue(success)
    })
    // Events are written in order, unless a test gave one another time.
    events.sort((one, other) => one.created - other.created)
    const page = listPage(world, events, form, '/v1/events', 'event')
    return c.json({ ...page, data: (page.data as StripeEvent[]).map(shown) })
  })
  app.get('/v1/events/:id', (c) => {
    const event = world.events.get(c.req.param('id'))
    return sendThing(world, c, 'event', event && shown(event))
  })
}

function mountWarnings(app: Hono<ApiEnv>, world: World): void {
  const path = '/v1/radar/early_fraud_warnings'
  app.get(path, (c) => {
    const form = c.get('form')
    const inTime = createdFilter(form)
    const found = warningsOf(world).filter(
      (one) =>
        inTime(one.created) && fits(form, 'charge', one.charge) && fits(form, 'payment_intent', one.payment_intent),
    )
    return c.json(listPage(world, found, form, path, 'early fraud warning'))
  })
  app.get(`${path}/:id`, (c) =>
    sendThing(
      world,
      c,
      'early fraud warning',
      warningsOf(world).find(({ id }) => id === c.req.param('id')),
    ),
  )
}

function mountCatalogue(app: Hono<ApiEnv>, world: World): void {
  app.get('/v1/prices', (c) => {
    const form = c.get('form')
    const keys = listOf(form.lookup_keys)
    const prices = world.prices
      .all()
      .filter(
        (price) =>
          fits(form, 'active', price.active) &&
          fits(form, 'product', price.product) &&
          (keys.length === 0 || keys.includes(price.lookup_key ?? '')),
      )
    return c.json(listPage(world, prices, form, '/v1/prices', 'price'))
  })
  app.get('/v1/prices/:id', (c) => sendThing(world, c, 'price', world.prices.get(c.req.param('id'))))
  app.get('/v1/products', (c) =>
    c.json(listPage(world, world.products.all(), c.get('form'), '/v1/products', 'product')),
  )
  app.get('/v1/products/:id', (c) => sendThing(world, c, 'product', world.products.get(c.req.param('id'))))
  app.get('/v1/promotion_codes', (c) => {
    const form = c.get('form')
    const codes = world.promotionCodes
      .all()
      .filter((code) => fits(form, 'active', code.active) && fits(form, 'code', code.code))
    return c.json(listPage(world, codes, form, '/v1/promotion_codes', 'promotion code'))
  })
  app.get('/v1/promotion_codes/:id', (c) =>
    sendThing(world, c, 'promotion code', world.promotionCodes.get(c.req.param('id'))),
  )
  app.get('/v1/coupons', (c) => c.json(listPage(world, world.coupons.all(), c.get('form'), '/v1/coupons', 'coupon')))
  app.get('/v1/coupons/:id', (c) => sendThing(world, c, 'coupon', world.coupons.get(c.req.param('id'))))
  for (const [path, kind] of [
    ['invoices', 'invoice'],
    ['customers', 'customer'],
  ])
    app.get(`/v1/${path}/:id`, (c) => {
      const thing = world.things.get(c.req.param('id') ?? '')
      return sendThing(world, c, String(kind), thing?.object === kind ? thing : undefined)
    })
  app.get('/v1/invoices', (c) => {
    const form = c.get('form')
    const invoices = world.things
      .all()
      .filter(({ object, customer }) => object === 'invoice' && fits(form, 'customer', customer))
    return c.json(listPage(world, invoices, form, '/v1/invoices', 'invoice'))
  })
  app.get('/v1/account', (c) =>
    c.json({
      id: 'acct_Nachbildung001',
      object: 'account',
      charges_enabled: true,
      country: 'DE',
      default_currency: 'eur',
      details_submitted: true,
      payouts_enabled: true,
      type: 'standard',
    }),
  )
  app.get('/v1/webhook_endpoints', (c) =>
    c.json(
      listShape(
        world.config.webhookUrl
          ? [
              {
                id: 'we_Nachbildung001',
                object: 'webhook_endpoint',
                api_version: apiVersion,
                created: nowSeconds(),
                enabled_events: world.config.enabledEvents ?? ['*'],
                livemode: false,
                metadata: {},
                status: 'enabled',
                url: world.config.webhookUrl,
              },
            ]
          : [],
        '/v1/webhook_endpoints',
      ),
    ),
  )
}

/** Stripe's API, version 2026-10-28.endive, as far as a shop with one-time payments needs it. */
export function stripeApi(world: World): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.onError((error, c) => {
    if (!c.get('requestId')) c.set('requestId', newId('req', 14))
    if (error instanceof StripeRefusal) return sendRefusal(c, error)
    process.stderr.write(`Stripe emulator: ${error.stack}\n`)
    return sendRefusal(c, new StripeRefusal(500, `The emulator itself failed: ${error.message}`))
  })
  app.use('/v1/*', readCall(world, apiVersion), oneAtATime(), stripeFaults(world), replay(world))
  mountSessions(app, world)
  mountMoney(app, world)
  mountEvents(app, world)
  mountWarnings(app, world)
  mountCatalogue(app, world)
  app.all('/v1/*', (c) => {
    throw new StripeRefusal(
      404,
      `Unrecognized request URL (${c.req.method}: ${c.req.path}). Please see https://docs.stripe.com/ or we can help at https://support.stripe.com/.`,
    )
  })
  return app
}
