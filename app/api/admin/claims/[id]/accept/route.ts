import { z } from 'zod'
import { adminAction, idOf, optionalReason } from '#app/_http/adminAction.ts'
import { answerClaim } from '#domain/sales/claim/answerClaim.ts'

export const POST = adminAction(z.object({ reason: optionalReason }), async ({ ctx, params, actor, key, input }) => {
  await answerClaim(ctx, { claimId: idOf(params), answer: 'accept', actor, key, reason: input.reason || undefined })
  return {
    said: 'Ausgeführt. Der Zugang geht auf, sobald die Kasse antwortet; Bestätigung und Link gehen an die neue Adresse.',
  }
})
