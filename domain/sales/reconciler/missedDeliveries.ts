import { refusedHint } from '#domain/mail/refusedHint.ts'
import { reconciledTypes } from '#domain/sales/reconciler/rules.ts'
import type { Ctx } from '#ports'

const CAUSE = 'webhook_missing_stripe'
/** The alarm's sentence names at most so many types. */
const NAMED = 3

/**
 * Raises the alarm that deliveries do not arrive. The evidence is our own: an event at Stripe whose delivery was due
 * and that is not stored here. Call before storing it, because afterwards nobody finds it missing again. Refused
 * deliveries, which strangers can send too, are only counted and mentioned as a hint.
 */
export async function tellMissed(ctx: Ctx, missed: Missed): Promise<void> {
  if (missed.length > 0) await ctx.alarms.raise(CAUSE, await sentence(ctx, missed), { always: true })
}

/**
 * Clears that alarm once Stripe itself has delivered an event since; one that only the reconciler stored does not
 * count.
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
