import { refusedHint } from '#domain/mail/refusedHint.ts'
import type { Ctx } from '#ports'

/** What one run by the clock saw of Stripe's deliveries. */
export interface DeliveriesSeen {
  /** Stripe made them, their delivery was due, and nothing had come. */
  missed: { type: string; createdAt: Date }[]
  /** The newest event that had come by itself or was found before; null without any. */
  arrivedLast: Date | null
}

const CAUSE = 'webhook_missing_stripe'
/** More kinds than these make no sentence. */
const NAMED = 3

/**
 * Deliveries that do not come ring an alarm by *our* evidence: an event at Stripe that is not stored here. Ended by the first
 * event made after it that came. What strangers send to the door is only counted; the count goes along as a hint.
 */
export async function tellMissed(ctx: Ctx, { missed, arrivedLast }: DeliveriesSeen): Promise<void> {
  if (missed.length > 0) return ctx.alarms.raise(CAUSE, await sentence(ctx, missed), { always: true })
  if (!arrivedLast) return
  const alarm = (await ctx.alarms.open(ctx.db)).find(({ cause }) => cause === CAUSE)
  if (alarm && arrivedLast > alarm.lastAt) await ctx.alarms.clear(ctx.db, CAUSE)
}

async function sentence(ctx: Ctx, missed: DeliveriesSeen['missed']): Promise<string> {
  const count = missed.length === 1 ? 'Eine Zustellung' : `${missed.length} Zustellungen`
  const types = [...new Set(missed.map(({ type }) => type))].slice(0, NAMED).join(', ')
  const hint = await refusedHint(ctx, 'stripe')
  return `${count} von Stripe kam nicht an (${types}); der Abgleich hat sie nachgeholt. Prüfe bei Stripe Adresse und Ereignisse des Webhooks und hier STRIPE_WEBHOOK_SECRET. ${hint}`.replace(
    /^(\d+ Zustellungen von Stripe) kam /,
    '$1 kamen ',
  )
}
