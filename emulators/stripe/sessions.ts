import { missing, refuse, StripeRefusal } from './errors.ts'
import { type Caller, draft, emit, nobody } from './events.ts'
import { type Form, isTrue, listOf, objectOf, textOf } from './form.ts'
import { makePrice } from './makers.ts'
import type { Coupon, LineItem, Price, Session, SessionRow } from './objects.ts'
import { checkForm, integer, minute, newSession, readDiscounts, readMetadata } from './sessionForm.ts'
import { newId, nowSeconds, type Thing, type World } from './world.ts'

/** A price sent inline; it is a real price that no list shows. */
function inlinePrice(world: World, data: Form, param: string): Price {
  const currency = textOf(data.currency)
  if (!currency) throw refuse(`Missing required param: ${param}[currency].`, `${param}[currency]`, 'parameter_missing')
  const amount = integer(data.unit_amount, `${param}[unit_amount]`)
  if (amount < 0) throw refuse('Invalid non-negative integer', `${param}[unit_amount]`, 'parameter_invalid_integer')
  const name = textOf(objectOf(data.product_data)?.name) ?? 'Produkt'
  const product = world.things.put({
    id: newId('prod', 14),
    object: 'product',
    name,
    active: true,
    livemode: false,
    metadata: {},
  })
  const price = makePrice({
    id: newId('price'),
    lookupKey: null,
    unitAmount: amount,
    currency,
    product: product.id,
    created: nowSeconds(),
  })
  world.things.put(price as unknown as Thing)
  return price
}

function readItem(world: World, value: unknown, index: number): LineItem {
  const param = `line_items[${index}]`
  const form = objectOf(value as Form)
  if (!form) throw refuse('Invalid object', param)
  const priceId = textOf(form.price)
  const priceData = objectOf(form.price_data)
  if (!priceId && !priceData)
    throw refuse(
      'You must specify either `price` or `price_data` when creating a Checkout Session.',
      param,
      'parameter_missing',
    )
  if (form.quantity === undefined)
    throw refuse(`Quantity is required. Add \`quantity\` to \`${param}\``, param, 'parameter_missing')
  const quantity = integer(form.quantity, `${param}[quantity]`)
  if (quantity < 1)
    throw refuse('This value must be greater than or equal to 1.', `${param}[quantity]`, 'parameter_invalid_integer')
  const price = priceId ? world.prices.get(priceId) : inlinePrice(world, priceData as Form, `${param}[price_data]`)
  if (!price) throw missing('price', String(priceId), `${param}[price]`, 400)
  if (!price.active)
    throw refuse('The price specified is inactive. This field only accepts active prices.', `${param}[price]`)
  const adjustable = objectOf(form.adjustable_quantity)
  const product = world.products.get(price.product) ?? world.things.get(price.product)
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: isTrue(adjustable?.enabled)
      ? {
          enabled: true,
          minimum: Number(textOf(adjustable?.minimum) ?? 0),
          maximum: Number(textOf(adjustable?.maximum) ?? 99),
        }
      : null,
    amount_discount: 0,
    amount_subtotal: 0,
    amount_tax: 0,
    amount_total: 0,
    currency: price.currency,
    description: String(product?.name ?? ''),
    metadata: {},
    price: price.id,
    quantity,
  }
}

const couponOf = (world: World, session: Session): Coupon | null => {
  const id = session.discounts[0]?.coupon
  return id ? (world.coupons.get(id) ?? null) : null
}

/** Computes all amounts from quantity, price and discount; prices include tax (19 %). */
export function recalculate(world: World, row: SessionRow): void {
  const coupon = couponOf(world, row.session)
  const sum = (field: 'amount_subtotal' | 'amount_discount' | 'amount_tax' | 'amount_total') =>
    row.items.reduce((total, item) => total + item[field], 0)
  let amountOff = coupon?.amount_off ?? 0
  for (const item of row.items) {
    const price = (world.prices.get(item.price) ?? world.things.get(item.price)) as Price
    item.amount_subtotal = price.unit_amount * item.quantity
    const off = coupon?.percent_off ? Math.round((item.amount_subtotal * coupon.percent_off) / 100) : amountOff
    item.amount_discount = Math.min(item.amount_subtotal, off)
    if (coupon?.amount_off) amountOff -= item.amount_discount
    item.amount_total = item.amount_subtotal - item.amount_discount
    item.amount_tax = row.session.automatic_tax.enabled ? Math.round((item.amount_total * 19) / 119) : 0
  }
  row.session.amount_subtotal = sum('amount_subtotal')
  row.session.amount_total = sum('amount_total')
  row.session.total_details = {
    amount_discount: sum('amount_discount'),
    amount_shipping: 0,
    amount_tax: sum('amount_tax'),
  }
}

/** `POST /v1/checkout/sessions`. `origin` is this emulator as the caller sees it; the payment page lives there. */
export function createSession(world: World, form: Form, origin: string): Session {
  checkForm(form)
  const lines = listOf(form.line_items)
  if (lines.length === 0) throw refuse('You must pass `line_items` in payment mode.', 'line_items', 'parameter_missing')
  const id = `cs_test_${newId('', 58).slice(1)}`
  const session = newSession(form, id, nowSeconds())
  session.discounts = readDiscounts(world, form)
  const items = lines.map((value, index) => readItem(world, value, index))
  session.currency = items[0]?.currency ?? 'eur'
  if (items.some((item) => item.currency !== session.currency))
    throw refuse("The Checkout Session's line items must all use one currency.", 'line_items')
  session.url = `${origin}/c/pay/${id}`
  const data = objectOf(form.payment_intent_data)
  const row: SessionRow = {
    id,
    session,
    items,
    intentData: {
      metadata: readMetadata(objectOf(data?.metadata), 'payment_intent_data[metadata]'),
      description: textOf(data?.description),
      receipt_email: textOf(data?.receipt_email),
    },
  }
  recalculate(world, row)
  if (session.amount_total > 0 && session.amount_total < 50)
    throw refuse(
      "The Checkout Session's total amount due must add up to at least €0.50 eur",
      undefined,
      'amount_too_small',
    )
  world.sessions.put(row)
  return session
}

/** Ends an open session, by the API, the dashboard or its own clock. 400 unless it is open. */
export function expireSession(world: World, id: string, caller: Caller = nobody): Session {
  const row = world.sessions.get(id)
  if (!row) throw missing('checkout.session', id, 'session')
  const { session } = row
  if (session.status !== 'open')
    throw new StripeRefusal(
      400,
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    )
  const origin = new URL(session.url ?? 'http://127.0.0.1').origin
  session.status = 'expired'
  session.url = null
  const recovery = session.after_expiration?.recovery
  if (recovery?.enabled) {
    recovery.url = `${origin}/r/${id}`
    recovery.expires_at = nowSeconds() + 30 * 24 * 60 * minute
  }
  world.sessions.put(row)
  emit(world, [draft('checkout.session.expired', session)], caller)
  return session
}

/** The link in `after_expiration.recovery.url`: a copy with a new id. */
export function recoverSession(world: World, id: string, origin: string): Session | null {
  const old = world.sessions.get(id)
  const recovery = old?.session.after_expiration?.recovery
  if (!old || !recovery?.url || (recovery.expires_at ?? 0) < nowSeconds()) return null
  const copy = structuredClone(old)
  copy.id = `cs_test_${newId('', 58).slice(1)}`
  Object.assign(copy.session, {
    id: copy.id,
    status: 'open',
    payment_intent: null,
    url: `${origin}/c/pay/${copy.id}`,
    created: nowSeconds(),
    expires_at: nowSeconds() + 24 * 60 * minute,
    recovered_from: id,
    allow_promotion_codes: recovery.allow_promotion_codes,
    after_expiration: null,
  })
  return world.sessions.put(copy).session
}

/** Applies a code a buyer typed. The answer is a German sentence when it cannot be used, else null. */
export function applyPromotion(world: World, row: SessionRow, typed: string): string | null {
  if (!row.session.allow_promotion_codes) return 'Für diese Bestellung gibt es keine Gutscheine.'
  const wanted = typed.trim().toUpperCase()
  const found = world.promotionCodes.all().find((code) => code.code.toUpperCase() === wanted && code.active)
  if (!found) return 'Diesen Gutschein gibt es nicht.'
  const usedUp = found.max_redemptions !== null && found.times_redeemed >= found.max_redemptions
  if (usedUp || (found.expires_at ?? Number.POSITIVE_INFINITY) < nowSeconds())
    return 'Dieser Gutschein gilt nicht mehr.'
  row.session.discounts = [{ coupon: found.promotion.coupon, promotion_code: found.id }]
  recalculate(world, row)
  world.sessions.put(row)
  return null
}

export function removePromotion(world: World, row: SessionRow): void {
  row.session.discounts = []
  recalculate(world, row)
  world.sessions.put(row)
}
