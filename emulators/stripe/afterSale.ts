import { missing, refuse, StripeRefusal } from './errors.ts'
import { type Caller, draft, emit, nobody } from './events.ts'
import { type FraudWarning, quietWarnings, warningsOf } from './fraudWarnings.ts'
import { refundFates } from './methods.ts'
import type { Charge, Dispute, Metadata, Refund } from './objects.ts'
import { plan } from './payments.ts'
import { newId, nowSeconds, type World } from './world.ts'

export interface RefundInput {
  charge?: string | null
  paymentIntent?: string | null
  /** Cents; absent = all that is left. */
  amount?: number | null
  reason?: string | null
  metadata?: Metadata
}

function chargeFor(world: World, input: { charge?: string | null; paymentIntent?: string | null }): Charge {
  const intent = input.paymentIntent ? world.intents.get(input.paymentIntent) : undefined
  if (input.paymentIntent && !intent) throw missing('payment_intent', input.paymentIntent, 'payment_intent')
  const id = input.charge ?? intent?.latest_charge
  if (!id && intent)
    throw refuse(
      `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
      undefined,
      'payment_intent_unexpected_state',
    )
  if (!id) throw refuse('One of the following params should be provided for this request: payment_intent or charge.')
  const charge = world.charges.get(id)
  if (!charge) throw missing('charge', id, 'charge')
  return charge
}

const euros = (cents: number) => `€${(cents / 100).toFixed(2)}`

function checkRefund(world: World, charge: Charge, amount: number): void {
  if (charge.status !== 'succeeded')
    throw refuse(
      `Charge ${charge.id} is not in a refundable state: ${charge.status}.`,
      undefined,
      'charge_not_refundable',
    )
  if (world.disputes.all().some((one) => one.charge === charge.id && !['won', 'warning_closed'].includes(one.status)))
    throw refuse(`Charge ${charge.id} has been charged back; cannot issue a refund.`, undefined, 'charge_disputed')
  if (charge.refunded)
    throw refuse(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded')
  if (!Number.isSafeInteger(amount) || amount < 1)
    throw refuse('Invalid positive integer', 'amount', 'parameter_invalid_integer')
  const left = charge.amount - charge.amount_refunded
  if (amount > left)
    throw refuse(
      `Refund amount (${euros(amount)}) is greater than unrefunded amount on charge (${euros(left)})`,
      'amount',
    )
}

/** `POST /v1/refunds`. The card (7726 stays pending, 5126 fails) or the dashboard's switch decides how it ends. */
export function createRefund(world: World, input: RefundInput, caller: Caller = nobody): Refund {
  const charge = chargeFor(world, input)
  const amount = input.amount ?? charge.amount - charge.amount_refunded
  checkRefund(world, charge, amount)
  const card = charge.payment_method_details as { card?: { last4: string } }
  const fate = refundFates[card.card?.last4 ?? ''] ?? world.settings().refunds
  const before = { amount_refunded: charge.amount_refunded, refunded: charge.refunded }
  charge.amount_refunded += amount
  charge.refunded = charge.amount_refunded === charge.amount
  world.charges.put(charge)
  const refund = world.refunds.put({
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      type: 'card',
      card: { type: 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' },
    },
    metadata: input.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: fate === 'pending' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  })
  if (fate === 'failed') plan(world, 'refund_fail', refund.id, 1000)
  const changed = draft('charge.refunded', charge, before)
  const created = draft('refund.created', refund)
  const updated = draft('refund.updated', refund, { destination_details: null })
  emit(world, [changed, created, updated, ...(charge.refunded ? quietWarnings(world, charge.id) : [])], caller)
  return refund
}

/** The bank's answer to a refund: it succeeds, or the money comes back to the shop. */
export function settleRefund(world: World, id: string, outcome: 'succeed' | 'fail'): boolean {
  const refund = world.refunds.get(id)
  const charge = world.charges.get(refund?.charge ?? '')
  if (!refund || !charge || refund.status === 'failed') return false
  if (outcome === 'succeed' && refund.status !== 'pending') return false
  const previous = { status: refund.status }
  refund.status = outcome === 'succeed' ? 'succeeded' : 'failed'
  if (outcome === 'fail') {
    Object.assign(refund, { failure_reason: 'expired_or_canceled_card', failure_balance_transaction: newId('txn') })
    charge.amount_refunded -= refund.amount
    charge.refunded = false
    world.charges.put(charge)
  }
  world.refunds.put(refund)
  emit(world, [
    draft('refund.updated', refund, previous),
    draft('charge.refund.updated', refund, previous),
    ...(outcome === 'fail' ? [draft('refund.failed', refund)] : []),
  ])
  return true
}

/** A buyer disputes at the bank. Disputes can follow a refund, too. */
export function openDispute(
  world: World,
  input: { charge?: string | null; paymentIntent?: string | null; reason?: string | null; amount?: number | null },
): Dispute {
  const charge = chargeFor(world, input)
  if (charge.status !== 'succeeded') throw refuse(`Charge ${charge.id} has not succeeded.`)
  if (world.disputes.all().some((one) => one.charge === charge.id && one.status === 'needs_response'))
    throw refuse(`Charge ${charge.id} is already disputed.`)
  charge.disputed = true
  world.charges.put(charge)
  const dispute = world.disputes.put({
    id: newId('dp'),
    object: 'dispute',
    amount: input.amount ?? charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: {},
    evidence_details: { due_by: nowSeconds() + 7 * 86_400, has_evidence: false, past_due: false, submission_count: 0 },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: input.reason ?? 'fraudulent',
    status: 'needs_response',
  })
  emit(world, [
    draft('charge.dispute.created', dispute),
    draft('charge.dispute.funds_withdrawn', dispute),
    draft('charge.updated', charge, { disputed: false }),
    ...quietWarnings(world, charge.id),
  ])
  return dispute
}

/** The end of a dispute. Throws Stripe's 404 for an unknown id, 400 when it is over already. */
export function closeDispute(
  world: World,
  id: string,
  outcome: 'won' | 'lost' | 'warning_closed',
  caller: Caller = nobody,
): Dispute {
  const dispute = world.disputes.get(id)
  if (!dispute) throw missing('dispute', id, 'dispute')
  if (['won', 'lost', 'warning_closed'].includes(dispute.status))
    throw new StripeRefusal(400, 'This dispute is already closed')
  const previous = { status: dispute.status }
  dispute.status = outcome
  world.disputes.put(dispute)
  emit(
    world,
    [
      draft('charge.dispute.closed', dispute, previous),
      draft('charge.dispute.updated', dispute, previous),
      ...(outcome === 'lost' ? [] : [draft('charge.dispute.funds_reinstated', dispute)]),
    ],
    caller,
  )
  return dispute
}

/** The network suspects fraud. One warning per charge, as at Stripe. */
export function raiseWarning(
  world: World,
  input: { charge?: string | null; paymentIntent?: string | null; fraudType?: string | null },
): FraudWarning {
  const charge = chargeFor(world, input)
  if (warningsOf(world).some((one) => one.charge === charge.id))
    throw refuse(`Charge ${charge.id} already has an early fraud warning.`)
  const warning: FraudWarning = {
    id: newId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: nowSeconds(),
    fraud_type: input.fraudType ?? 'made_with_stolen_card',
    livemode: false,
    payment_intent: charge.payment_intent,
  }
  world.things.put(warning)
  emit(world, [draft('radar.early_fraud_warning.created', warning)])
  return warning
}
