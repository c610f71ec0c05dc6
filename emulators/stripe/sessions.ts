import { missing, refuse, StripeRefusal } from './errors.ts'
import { type Caller, draft, emit, nobody } from './events.ts'
import { type Form, isTrue, listOf, objectOf, textOf } from './form.ts'
import {
  type Coupon,
  type LineItem,
  type Metadata,
  makePrice,
  type Price,
  type Session,
  type SessionRow,
} from './objects.ts'
import { knownParameters, locales } from './sessionParameters.ts'
import { newId, nowSeconds, type Thing, type World } from './world.ts'

const minute = 60
const dayAndLeeway = 24 * 60 * minute + 60

function urlOf(form: Form, name: string, required: boolean): string | null {
  const value = textOf(form[name])
  if (value === null) {
    if (required) throw refuse(`You must provide \`${name}\`.`, name, 'parameter_missing')
    return null
  }
  const parsed = URL.canParse(value) ? new URL(value) : null
  if (value.length > 5000 || !parsed || !['http:', 'https:'].includes(parsed.protocol))
    throw refuse('Not a valid URL', name, 'url_invalid')
  return value
}

function oneOf<T extends string>(form: Form, name: string, allowed: readonly T[]): T | null {
  const value = textOf(form[name])
  if (value === null) return null
  if (!allowed.includes(value as T)) throw refuse(`Invalid ${name}: must be one of ${allowed.join(', ')}`, name)
  return value as T
}

function integer(value: unknown, param: string): number {
  if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value))
    throw refuse(`Invalid integer: ${String(value)}`, param, 'parameter_invalid_integer')
  return Number(value)
}

export function readMetadata(form: Form | null, param: string): Metadata {
  const entries = Object.entries(form ?? {})
  if (entries.length > 50) throw refuse('You can have up to 50 metadata keys.', param)
  const metadata: Metadata = {}
  for (const [key, value] of entries) {
    if (typeof value !== 'string')
      throw refuse(
        `Metadata values must be strings, but for key \`${key}\` you passed in a value of another kind.`,
        `${param}[${key}]`,
      )
    if (key.length > 40) throw refuse('Metadata keys cannot exceed 40 characters.', param)
    if (value.length > 500) throw refuse('Metadata values can have up to 500 characters.', `${param}[${key}]`)
    if (value !== '') metadata[key] = value
  }
  return metadata
}

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

/** Computes every amount anew from quantity, price and discount; prices include tax (19 %). */
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

function checkForm(form: Form): void {
  if (form.payment_method_types !== undefined)
    throw refuse(
      'The `payment_method_types` parameter is no longer supported on Checkout Sessions. Manage payment methods in the Dashboard, or use `allowed_payment_method_types`.',
      'payment_method_types',
      'payment_method_types_no_longer_supported',
    )
  for (const name of Object.keys(form))
    if (!knownParameters.has(name)) throw refuse(`Received unknown parameter: ${name}`, name, 'parameter_unknown')
  const mode = oneOf(form, 'mode', ['payment', 'subscription', 'setup'] as const)
  if (mode === null)
    throw refuse('You must provide `mode` when creating a Checkout Session.', 'mode', 'parameter_missing')
  if (mode !== 'payment') throw refuse(`This emulator knows only the mode payment, not ${mode}.`, 'mode')
  if (oneOf(form, 'ui_mode', ['hosted_page', 'embedded_page', 'form', 'elements'] as const) ?? 'hosted_page') {
    const uiMode = textOf(form.ui_mode) ?? 'hosted_page'
    if (uiMode !== 'hosted_page') throw refuse(`This emulator knows only the hosted page, not ${uiMode}.`, 'ui_mode')
  }
  if (isTrue(form.allow_promotion_codes) && listOf(form.discounts).length > 0)
    throw refuse('You may only specify one of these parameters: allow_promotion_codes, discounts.')
  if (textOf(form.customer) && textOf(form.customer_email))
    throw refuse('You may only specify one of these parameters: customer, customer_email.')
  const email = textOf(form.customer_email)
  if (email && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
    throw refuse(`Invalid email address: ${email}`, 'customer_email', 'email_invalid')
  if ((textOf(form.client_reference_id) ?? '').length > 200)
    throw refuse('Invalid string: must be at most 200 characters', 'client_reference_id')
}

function readExpiry(form: Form, now: number): number {
  if (form.expires_at === undefined || form.expires_at === '') return now + 24 * 60 * minute
  const at = integer(form.expires_at, 'expires_at')
  // A minute of leeway, as clocks differ; Stripe's own leeway is not published.
  if (at < now + 30 * minute - 60)
    throw refuse('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', 'expires_at')
  if (at > now + dayAndLeeway)
    throw refuse('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', 'expires_at')
  return at
}

function readDiscounts(world: World, form: Form): Session['discounts'] {
  return listOf(form.discounts).map((value, index) => {
    const discount = objectOf(value)
    const coupon = textOf(discount?.coupon)
    const code = textOf(discount?.promotion_code)
    if (coupon) {
      if (!world.coupons.get(coupon)) throw missing('coupon', coupon, `discounts[${index}][coupon]`, 400)
      return { coupon, promotion_code: null }
    }
    const promotion = code ? world.promotionCodes.get(code) : undefined
    if (!promotion) throw missing('promotion code', String(code), `discounts[${index}][promotion_code]`, 400)
    return { coupon: promotion.promotion.coupon, promotion_code: promotion.id }
  })
}

function readRecovery(form: Form): Session['after_expiration'] {
  const recovery = objectOf(objectOf(form.after_expiration)?.recovery)
  if (!isTrue(recovery?.enabled)) return null
  return {
    recovery: {
      enabled: true,
      allow_promotion_codes: isTrue(recovery?.allow_promotion_codes),
      url: null,
      expires_at: null,
    },
  }
}

function newSession(form: Form, id: string, now: number): Session {
  const consent = objectOf(form.consent_collection)
  const terms = oneOf(consent ?? {}, 'terms_of_service', ['none', 'required'] as const)
  const customText = objectOf(form.custom_text)
  const text = (name: string) =>
    objectOf(customText?.[name]) ? { message: textOf(objectOf(customText?.[name])?.message) } : null
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: null,
    after_expiration: readRecovery(form),
    allow_promotion_codes: form.allow_promotion_codes === undefined ? null : isTrue(form.allow_promotion_codes),
    allowed_payment_method_types: null,
    amount_subtotal: 0,
    amount_total: 0,
    automatic_tax: isTrue(objectOf(form.automatic_tax)?.enabled)
      ? { enabled: true, liability: { type: 'self' }, provider: 'stripe', status: 'requires_location_inputs' }
      : { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: oneOf(form, 'billing_address_collection', ['auto', 'required'] as const),
    cancel_url: urlOf(form, 'cancel_url', false),
    client_reference_id: textOf(form.client_reference_id),
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: consent
      ? { payment_method_reuse_agreement: null, promotions: 'none', terms_of_service: terms }
      : null,
    created: now,
    currency: 'eur',
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: text('after_submit'),
      shipping_address: text('shipping_address'),
      submit: text('submit'),
      terms_of_service_acceptance: text('terms_of_service_acceptance'),
    },
    customer: textOf(form.customer),
    customer_account: null,
    customer_creation: oneOf(form, 'customer_creation', ['always', 'if_required'] as const) ?? 'if_required',
    customer_details: null,
    customer_email: textOf(form.customer_email),
    discounts: [],
    expires_at: readExpiry(form, now),
    integration_identifier: null,
    invoice: null,
    invoice_creation: { enabled: isTrue(objectOf(form.invoice_creation)?.enabled), invoice_data: { metadata: {} } },
    livemode: false,
    locale: oneOf(form, 'locale', locales),
    managed_payments: null,
    metadata: readMetadata(objectOf(form.metadata), 'metadata'),
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card', 'sepa_debit'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: urlOf(form, 'success_url', true),
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: null,
    wallet_options: null,
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
