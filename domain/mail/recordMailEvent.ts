import { readMailEvent } from '#domain/mail/rules.ts'
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
  await ctx.db.transaction(async (db) => {
    const inside = { ...ctx, db }
    await ctx.inbox.markProcessed(db, 'resend', eventId, await outcomeOf(inside, event))
    ctx.crashPoint?.('mail.event-before-commit')
  })
}

async function outcomeOf(ctx: Ctx, event: MailEvent): Promise<string> {
  const news = readMailEvent(event)
  if (!news) return `ignored: ${event.type}`
  const byTag = event.letterId && /^[0-9a-f-]{36}$/i.test(event.letterId) ? await findLetter(ctx, event.letterId) : null
  const letter = byTag ?? (event.providerId ? await findLetterByProvider(ctx, event.providerId) : null)
  if (!letter) return 'ignored: no letter of ours'
  const raised = await raiseState(ctx, letter.id, { ...news, at: event.at, providerId: event.providerId })
  return raised ? news.state : `known: ${letter.state}`
}
