import { startLinkClock } from '#domain/access/startLinkClock.ts'
import { recordMailEvent } from '#domain/mail/recordMailEvent.ts'
import { sendLetter } from '#domain/mail/sendLetter.ts'
import { answerLoginRequest } from '#domain/sales/answerLoginRequest.ts'
import { workClaim } from '#domain/sales/claim/workClaim.ts'
import { handleStripeEvent } from '#domain/sales/handleStripeEvent.ts'
import { mirrorPrice } from '#domain/sales/mirror/mirrorPrice.ts'
import { settleOrder } from '#domain/sales/settleOrder.ts'
import { matchWithdrawal } from '#domain/sales/withdrawal/matchWithdrawal.ts'
import { handleBunnyEvent } from '#domain/video/handleBunnyEvent.ts'
import { syncVideo } from '#domain/video/syncVideo.ts'
import type { Ctx, JobName, JobPayloads } from '#ports'

/** Works one job. Throwing means that it is tried again later. */
export type Handler<Name extends JobName> = (ctx: Ctx, data: JobPayloads[Name]) => Promise<unknown>

/** Every job and the verb that works it; a job without one does not compile. */
export const handlers: { [Name in JobName]: Handler<Name> } = {
  'stripe.event': (ctx, { eventId }) => handleStripeEvent(ctx, eventId),
  'resend.event': (ctx, { eventId }) => recordMailEvent(ctx, eventId),
  'bunny.event': (ctx, { eventId }) => handleBunnyEvent(ctx, eventId),
  'order.settle': (ctx, { sessionId, closely }) => settleOrder(ctx, sessionId, { closely }),
  'letter.send': async (ctx, { letterId }) => {
    const sent = await sendLetter(ctx, letterId)
    // A link's life begins with the hand-over, and `domain/mail` lies below `domain/access`, so it is told here.
    if (sent.outcome === 'handed_over') await startLinkClock(ctx, { letterId, ...sent })
  },
  'login.request': answerLoginRequest,
  'access.claim': workClaim,
  'price.mirror': (ctx) => mirrorPrice(ctx),
  'video.sync': (ctx, { guid }) => syncVideo(ctx, guid),
  'withdrawal.match': (ctx, { withdrawalId }) => matchWithdrawal(ctx, withdrawalId),
}
