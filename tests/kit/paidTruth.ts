import type { CheckoutTruth } from '#ports'

/** A session as Stripe tells it after a card was charged. */
export function paidTruth(sessionId: string, change: Partial<CheckoutTruth> = {}): CheckoutTruth {
  return {
    sessionId,
    status: 'complete',
    paymentStatus: 'paid',
    livemode: false,
    createdAt: new Date('2026-11-22T10:00:00Z'),
    amountSubtotal: 34_900,
    amountDiscount: 0,
    amountTax: 0,
    amountTotal: 34_900,
    currency: 'eur',
    quantity: 1,
    priceIds: ['price_kurs'],
    orderId: null,
    productType: 'kurs',
    requestId: 'request-of-the-order',
    recoveredFrom: null,
    email: `${sessionId.toLowerCase()}@example.de`,
    name: 'Mara Beispiel',
    country: 'DE',
    paymentIntentId: `pi_${sessionId}`,
    paymentIntentStatus: 'succeeded',
    chargeId: `ch_${sessionId}`,
    paidAt: new Date('2026-11-22T10:01:00Z'),
    receiptUrl: null,
    refunds: [],
    disputes: [],
    ...change,
  }
}
