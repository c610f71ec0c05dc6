import type { Base, Charge, Coupon, PaymentIntent, Price, PromotionCode, SessionRow } from './objects.ts'

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
  billing: {
    email: string | null
    name: string | null
    country: string
    address?: { line1: string | null; postal_code: string | null; city: string | null }
    taxId?: string | null
  }
  method: { id: string; details: object }
  receiptUrl: string
}

/** A new charge, still `pending`; the payment then completes it. */
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
      address: {
        city: null,
        line1: null,
        line2: null,
        postal_code: null,
        state: null,
        ...billing.address,
        country: billing.country,
      },
      email: billing.email,
      name: billing.name,
      phone: null,
      tax_id: billing.taxId ?? null,
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
