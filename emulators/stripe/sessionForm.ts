import { missing, refuse } from './errors.ts'
import { type Form, isTrue, listOf, objectOf, textOf } from './form.ts'
import type { Metadata, Session } from './objects.ts'
import { knownParameters, locales } from './sessionParameters.ts'
import type { World } from './world.ts'

export const minute = 60
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

export function integer(value: unknown, param: string): number {
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

/** Checks everything that does not depend on prices. Throws Stripe's 400. */
export function checkForm(form: Form): void {
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
  // Raw umlauts are refused; a domain comes as punycode.
  if (email && !/^(?=[\x21-\x7e]+$)[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
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

export function readDiscounts(world: World, form: Form): Session['discounts'] {
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

/** Invoice text the shop wants; kept as sent. */
function readInvoiceCreation(form: Form): Session['invoice_creation'] {
  const creation = objectOf(form.invoice_creation)
  const data = objectOf(creation?.invoice_data)
  return {
    enabled: isTrue(creation?.enabled),
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: textOf(data?.description),
      footer: textOf(data?.footer),
      issuer: null,
      metadata: readMetadata(objectOf(data?.metadata), 'invoice_creation[invoice_data][metadata]'),
      rendering_options: null,
    },
  }
}

/** Names and VAT id on the payment page; the fields exist only when they were asked for, as at Stripe. */
function readCollections(form: Form): Pick<Session, 'name_collection' | 'tax_id_collection'> {
  const names = objectOf(form.name_collection)
  const one = (kind: 'business' | 'individual') => {
    const asked = objectOf(names?.[kind])
    return asked ? { [kind]: { enabled: isTrue(asked.enabled), optional: isTrue(asked.optional) } } : {}
  }
  const taxIds = objectOf(form.tax_id_collection)
  return {
    ...(names ? { name_collection: { ...one('business'), ...one('individual') } } : {}),
    ...(taxIds
      ? {
          tax_id_collection: {
            enabled: isTrue(taxIds.enabled),
            required: oneOf(taxIds, 'required', ['if_supported', 'never'] as const) ?? 'never',
          },
        }
      : {}),
  }
}

/** An open session without items; amounts come later. */
export function newSession(form: Form, id: string, now: number): Session {
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
    invoice_creation: readInvoiceCreation(form),
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
    ...readCollections(form),
  }
}
