import { z } from 'zod'
import { adminAction, idOf, optionalReason } from '#app/_http/adminAction.ts'
import { answerClaim } from '#domain/sales/claim/answerClaim.ts'

export const POST = adminAction(z.object({ reason: optionalReason }), async ({ ctx, params, actor, key, input }) => {
  await answerClaim(ctx, { claimId: idOf(params), answer: 'close', actor, key, reason: input.reason || undefined })
  return { said: 'Abgehakt. Die Anfrage steht noch im Protokoll.' }
})
