import { alarmSentences, readMailEvent, undeliverable } from '#domain/mail/rules.ts'
import { findLetter, findLetterByProvider, raiseState } from '#domain/mail/store.ts'
import type { Ctx, MailEvent } from '#ports'

/**
 * What the provider says about a letter, from the stored event. States only rise, so order, repetition and delay of
 * deliveries do not matter; state and „handled“ are one transaction. An event of no letter of ours is ignored, visibly.
 */
export async function recordMailEvent(ctx: Ctx, eventId: string): Promise<void> {
  const stored = await ctx.inbox.read('resend', eventId)
  if (!stored || stored.handledAt || !stored.raw) return
  const event = ctx.mailer.parseEvent(eventId, stored.raw)
  const { lost } = await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    const { outcome, lost } = await outcomeOf(inside, event)
    await ctx.inbox.markProcessed(db, 'resend', eventId, outcome)
    ctx.crashPoint?.('mail.event-before-commit')
    return { lost }
  })
  // If this is lost in a crash, the sweeper raises it from the row.
  if (lost) await ctx.alarms.raise('mail_address', alarmSentences.mail_address)
}

/** `lost`: a buyer does not get this letter, and nobody but a person can change that. */
async function outcomeOf(ctx: Ctx, event: MailEvent): Promise<{ outcome: string; lost: boolean }> {
  const news = readMailEvent(event)
  if (!news) return { outcome: `ignored: ${event.type}`, lost: false }
  const byTag = event.letterId && /^[0-9a-f-]{36}$/i.test(event.letterId) ? await findLetter(ctx, event.letterId) : null
  const letter = byTag ?? (event.providerId ? await findLetterByProvider(ctx, event.providerId) : null)
  if (!letter) return { outcome: 'ignored: no letter of ours', lost: false }
  const raised = await raiseState(ctx, letter.id, { ...news, at: event.at, providerId: event.providerId })
  if (!raised) return { outcome: `known: ${letter.state}`, lost: false }
  const isBuyers = letter.purchaseId !== null && !letter.kind.startsWith('operator_')
  return { outcome: news.state, lost: isBuyers && letter.closedAt === null && undeliverable.includes(news.state) }
}
