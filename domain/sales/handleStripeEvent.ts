import { judgeAgain } from '#domain/sales/judgeAgain.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { dutyOf, needsCloseLook } from '#domain/sales/rules.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { readSessionOfPayment } from '#domain/sales/store.ts'
import { AppError, isOutsideError } from '#errors'
import type { Ctx, StoredEvent } from '#ports'

/**
 * Works one stored event. Its content does not count, it only tells which session to settle again. The event is stamped
 * when handled; a failure is noted on its row and thrown, so that the job tries again. May run twice. Throws
 * `not_found` (no such event), `OutsideError('stripe')`, `conflict` as `settleOrder` does.
 */
export async function handleStripeEvent(ctx: Ctx, eventId: string): Promise<void> {
  const event = await ctx.inbox.read('stripe', eventId)
  if (!event) throw new AppError('not_found', `event is not stored: ${eventId}`)
  try {
    await work(ctx, event)
  } catch (error) {
    await ctx.inbox.markFailed('stripe', eventId, sayWhy(error)).catch(() => {})
    throw error
  }
}

/**
 * The delivery was signed with our secret, so the wrong mode is a setting: as a rule nobody works the right mode then.
 */
const otherMode = {
  live: 'Stripe stellt hier echte Ereignisse zu, STRIPE_SECRET_KEY ist aber ein Testschlüssel: Wer jetzt bezahlt, bekommt keinen Zugang. Setz den Live-Schlüssel samt Webhook-Geheimnis und Preis, oder nimm diese Adresse aus den Live-Webhooks.',
  test: 'Stripe stellt hier Ereignisse aus dem Testmodus zu, STRIPE_SECRET_KEY ist aber ein Live-Schlüssel. Dann gehört auch STRIPE_WEBHOOK_SECRET zum Testmodus, und echte Zustellungen werden abgewiesen: Trag das Geheimnis des Live-Webhooks ein.',
}

async function work(ctx: Ctx, event: StoredEvent): Promise<void> {
  const done = (outcome: string, options?: { forgetBody?: boolean }) =>
    ctx.inbox.markProcessed(ctx.db, 'stripe', event.id, outcome, options)
  const duty = dutyOf(event.type)
  if (duty === 'ignore') return done('ignored: type', { forgetBody: true })
  if (event.livemode !== ctx.settings.livemode) {
    await ctx.alarms.raise('stripe_other_mode', otherMode[event.livemode ? 'live' : 'test'])
    return done('ignored: other mode', { forgetBody: true })
  }
  if (duty === 'mirror_price') {
    await mirrorPrice(ctx)
    // The price's metadata may call it ours by now; `mirrorPrice` looked only at the price that the setting names.
    if (event.type === 'price.updated' && event.objectId) await judgeAgain(ctx, event.objectId)
    return done('price mirrored')
  }
  const sessionId = await sessionOf(ctx, event)
  if (!sessionId) return done('foreign: no checkout of ours', { forgetBody: true })
  await settleOrder(ctx, sessionId, { eventId: event.id, closely: needsCloseLook(event.type) })
}

async function sessionOf(ctx: Ctx, event: StoredEvent): Promise<string | null> {
  if (event.type.startsWith('checkout.session.')) return event.objectId
  // After 90 days the body is gone, and the object's own id is all we have.
  const reference = event.raw
    ? ctx.payments.referencesOf(event.raw)
    : { paymentIntentId: null, chargeId: event.objectId && /^(ch|py)_/.test(event.objectId) ? event.objectId : null }
  return (await readSessionOfPayment(ctx.db, reference)) ?? (await ctx.payments.findSessionId(reference))
}

const sayWhy = (error: unknown) =>
  isOutsideError(error) ? `${error.service} ${error.failure}` : error instanceof Error ? error.message : 'unknown'
