/**
 * Stripe's objects as they travel, with the fields this emulator works with; the rest is constant and lives in the
 * makers below. References are ids here; `expand.ts` puts objects in their place.
 */
interface Base {
  id: string
  [field: string]: unknown
}

export type Metadata = Record<string, string>

export interface Discount {
  coupon: string | null
  promotion_code: string | null
}

export interface Session extends Base {
  object: 'checkout.session'
  url: string | null
  status: 'open' | 'complete' | 'expired'
  payment_status: 'paid' | 'unpaid' | 'no_payment_required'
  created: number
  expires_at: number
  currency: string
  amount_subtotal: number
  amount_total: number
  total_details: { amount_discount: number; amount_shipping: number; amount_tax: number }
  customer: string | null
  customer_creation: 'always' | 'if_required'
  customer_email: string | null
  customer_details: { email: string | null; name: string | null; [field: string]: unknown } | null
  client_reference_id: string | null
  metadata: Metadata
  payment_intent: string | null
  invoice: string | null
  discounts: Discount[]
  allow_promotion_codes: boolean | null
  success_url: string | null
  cancel_url: string | null
  automatic_tax: { enabled: boolean; [field: string]: unknown }
  invoice_creation: { enabled: boolean; [field: string]: unknown }
  after_expiration: { recovery: Recovery | null } | null
  consent: { promotions: null; terms_of_service: 'accepted' | null } | null
  consent_collection: { terms_of_service: 'none' | 'required' | null; [field: string]: unknown } | null
  recovered_from: string | null
}

export interface Recovery {
  enabled: boolean
  allow_promotion_codes: boolean
  url: string | null
  expires_at: number | null
}

export interface LineItem extends Base {
  object: 'item'
  price: string
  quantity: number
  currency: string
  amount_subtotal: number
  amount_discount: number
  amount_tax: number
  amount_total: number
  adjustable_quantity: { enabled: boolean; minimum: number; maximum: number } | null
}

/** A session with what its object does not show. */
export interface SessionRow {
  id: string
  session: Session
  items: LineItem[]
  /** Prices made from `price_data`, which no list shows. */
  intentData: { metadata: Metadata; description: string | null; receipt_email: string | null }
}

export interface PaymentIntent extends Base {
  object: 'payment_intent'
  amount: number
  amount_received: number
  currency: string
  created: number
  status: 'requires_payment_method' | 'processing' | 'succeeded' | 'canceled'
  latest_charge: string | null
  customer: string | null
  metadata: Metadata
  last_payment_error: object | null
}

export interface Charge extends Base {
  object: 'charge'
  amount: number
  amount_refunded: number
  currency: string
  created: number
  status: 'succeeded' | 'pending' | 'failed'
  paid: boolean
  refunded: boolean
  disputed: boolean
  captured: boolean
  payment_intent: string
  balance_transaction: string | null
  metadata: Metadata
}

export interface Refund extends Base {
  object: 'refund'
  amount: number
  charge: string
  payment_intent: string
  created: number
  status: 'pending' | 'succeeded' | 'failed' | 'canceled'
  metadata: Metadata
}

export interface Dispute extends Base {
  object: 'dispute'
  amount: number
  charge: string
  payment_intent: string
  created: number
  status: string
  reason: string
}

export interface StripeEvent extends Base {
  object: 'event'
  type: string
  created: number
  api_version: string
  data: { object: object; previous_attributes?: object }
}

export interface Price extends Base {
  object: 'price'
  active: boolean
  created: number
  currency: string
  lookup_key: string | null
  product: string
  unit_amount: number
}

export interface Coupon extends Base {
  object: 'coupon'
  percent_off: number | null
  amount_off: number | null
  currency: string | null
  valid: boolean
  times_redeemed: number
}

export interface PromotionCode extends Base {
  object: 'promotion_code'
  active: boolean
  code: string
  created: number
  expires_at: number | null
  max_redemptions: number | null
  times_redeemed: number
  promotion: { type: 'coupon'; coupon: string }
}

export function makePrice(input: {
  id: string
  lookupKey: string | null
  unitAmount: number
  currency: string
  product: string
  created: number
}): Price {
  return {
    id: input.id,
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: input.created,
    currency: input.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: input.lookupKey,
    metadata: {},
    nickname: null,
    product: input.product,
    recurring: null,
    tax_behavior: 'inclusive',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: input.unitAmount,
    unit_amount_decimal: String(input.unitAmount),
  }
}

export const makeProduct = (id: string, name: string, created: number): Base => ({
  id,
  object: 'product',
  active: true,
  created,
  default_price: null,
  description: null,
  images: [],
  livemode: false,
  marketing_features: [],
  metadata: {},
  name,
  package_dimensions: null,
  shippable: null,
  statement_descriptor: null,
  tax_code: null,
  type: 'service',
  unit_label: null,
  updated: created,
  url: null,
})

export const makeCoupon = (
  id: string,
  off: { percent?: number; amount?: number; currency?: string },
  created: number,
): Coupon => ({
  id,
  object: 'coupon',
  amount_off: off.amount ?? null,
  created,
  currency: off.amount === undefined ? null : (off.currency ?? 'eur'),
  duration: 'once',
  duration_in_months: null,
  livemode: false,
  max_redemptions: null,
  metadata: {},
  name: null,
  percent_off: off.percent ?? null,
  redeem_by: null,
  times_redeemed: 0,
  valid: true,
})

export const makePromotionCode = (id: string, code: string, coupon: string, created: number): PromotionCode => ({
  id,
  object: 'promotion_code',
  active: true,
  code,
  created,
  customer: null,
  customer_account: null,
  expires_at: null,
  livemode: false,
  max_redemptions: null,
  metadata: {},
  promotion: { type: 'coupon', coupon },
  restrictions: { first_time_transaction: false, minimum_amount: null, minimum_amount_currency: null },
  times_redeemed: 0,
})

export function makeIntent(id: string, row: SessionRow, created: number): PaymentIntent {
  const { session, intentData } = row
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: session.amount_total,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${id.slice(-12)}`,
    confirmation_method: 'automatic',
    created,
    currency: session.currency,
    customer: session.customer,
    customer_account: null,
    description: intentData.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: { ...intentData.metadata },
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card', 'sepa_debit'],
    payment_record: null,
    processing: null,
    receipt_email: intentData.receipt_email,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}

export interface ChargeInput {
  id: string
  intent: PaymentIntent
  created: number
  billing: { email: string; name: string | null; country: string }
  method: { id: string; details: object }
  receiptUrl: string
}

/** A fresh charge, still `pending`; the payment decides how it goes on. */
export function makeCharge(input: ChargeInput): Charge {
  const { intent, billing } = input
  return {
    id: input.id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: {
      address: { city: null, country: billing.country, line1: null, line2: null, postal_code: null, state: null },
      email: billing.email,
      name: billing.name,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: 'WERKSTATT',
    captured: false,
    created: input.created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description as string | null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: intent.id,
    payment_method: input.method.id,
    payment_method_details: input.method.details,
    receipt_email: intent.receipt_email as string | null,
    receipt_number: null,
    receipt_url: input.receiptUrl,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'pending',
    transfer_data: null,
    transfer_group: null,
  }
}
