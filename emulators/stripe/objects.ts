/**
 * Stripe's objects with the fields that this emulator works with; the others are constant and in `makers.ts`.
 * References are ids here; `expand.ts` puts objects in their place.
 */

export interface Base {
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
  billing_address_collection: 'auto' | 'required' | null
  livemode: boolean
  name_collection?: { business?: Collected; individual?: Collected }
  tax_id_collection?: { enabled: boolean; required: 'if_supported' | 'never' }
}

export interface Collected {
  enabled: boolean
  optional: boolean
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
  api_version: string | null
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
