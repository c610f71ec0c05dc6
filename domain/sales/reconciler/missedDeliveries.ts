import { refusedHint } from '#domain/mail/refusedHint.ts'
import { reconciledTypes } from '#domain/sales/reconciler/rules.ts'
import type { Ctx } from '#ports'

const CAUSE = 'webhook_missing_stripe'
/** More kinds than these make no sentence. */
const NAMED = 3

/**
 * Deliveries that do not come ring an alarm by *our* evidence: an event at Stripe, whose delivery was due, and that is
 * not stored here. Told before it is stored, because then nobody finds it missing again. What strangers send to the
 * door is only counted; the count goes along as a hint.
 */
export async function tellMissed(ctx: Ctx, missed: Missed): Promise<void> {
  if (missed.length > 0) await ctx.alarms.raise(CAUSE, await sentence(ctx, missed), { always: true })
}

/**
 * Ended by the first event that Stripe itself delivered since, also one that we had found before. What a look stored is
 * none.
 */
export async function endMissed(ctx: Ctx): Promise<void> {
  const alarm = (await ctx.alarms.open(ctx.db)).find(({ cause }) => cause === CAUSE)
  if (!alarm) return
  const cameLast = await ctx.inbox.deliveredLast('stripe', reconciledTypes)
  if (cameLast && cameLast > alarm.lastAt) await ctx.alarms.clear(ctx.db, CAUSE)
}

type Missed = { type: string }[]

async function sentence(ctx: Ctx, missed: Missed): Promise<string> {
  const count = missed.length === 1 ? 'Eine Zustellung' : `${missed.length} Zustellungen`
  const types = [...new Set(missed.map(({ type }) => type))].slice(0, NAMED).join(', ')
  const hint = await refusedHint(ctx, 'stripe')
  return `${count} von Stripe kam nicht an (${types}); der Abgleich hat sie nachgeholt. Prüfe bei Stripe Adresse und Ereignisse des Webhooks und hier STRIPE_WEBHOOK_SECRET. ${hint}`.replace(
    /^(\d+ Zustellungen von Stripe) kam /,
    '$1 kamen ',
  )
}
