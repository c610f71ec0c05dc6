import type { ComputedPurchase } from '#domain/sales/rules.ts'
import { anyParked } from '#domain/sales/store.ts'
import type { CheckoutTruth, Ctx } from '#ports'

/**
 * Tells the operator of a parked purchase. If it was paid, that is an alarm; if it cost nothing, a warning, because
 * anybody can cause one with something free on the same Stripe account.
 */
export async function tellParked(ctx: Ctx, computed: ComputedPurchase, truth: CheckoutTruth): Promise<void> {
  const isFree = truth.amountTotal === 0
  const message = isFree ? freeSentence(computed, truth) : paidSentence(computed, truth)
  await ctx.alarms.raise(isFree ? 'free_order_parked' : 'order_parked', message, { always: true })
}

/** Clears each of the two alarms once no parked purchase of its kind is left that nobody has ticked off. */
export async function endParked(ctx: Ctx): Promise<void> {
  const waiting = await anyParked(ctx.db)
  if (!waiting.paid) await ctx.alarms.clear(ctx.db, 'order_parked')
  if (!waiting.free) await ctx.alarms.clear(ctx.db, 'free_order_parked')
}

/** How an unknown price becomes ours: metadata at Stripe do that for all its orders at once. Empty for other causes. */
const cureOf = ({ flags }: ComputedPurchase, { priceIds }: CheckoutTruth, otherwise: string): string =>
  flags.includes('unknown_price')
    ? ` Ihr Preis (${priceIds.slice(0, 3).join(', ') || 'keiner'}) ist nicht als Preis des Kurses bekannt. Ist er einer, etwa von früher oder aus einem Vorverkauf, gib ihm bei Stripe die Metadaten opens_course = kurs: Alles, was damit bezahlt ist, öffnet sich dann von selbst. ${otherwise}`
    : ''

const paidSentence = (computed: ComputedPurchase, truth: CheckoutTruth) =>
  `Eine bezahlte Bestellung wartet auf dich: Niemand hat dafür Zugang.${cureOf(computed, truth, 'Sonst erstatte.')} Öffne Bestellungen, Stand „wartet auf dich“.`

const freeSentence = (computed: ComputedPurchase, truth: CheckoutTruth) =>
  `Eine kostenlose Bestellung wartet auf dich: Niemand hat dafür Zugang, und niemand hat etwas bezahlt.${cureOf(computed, truth, 'Sonst hake sie ab; zu erstatten gibt es nichts.')} Öffne Bestellungen, Stand „wartet auf dich“.`
