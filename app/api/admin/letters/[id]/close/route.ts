import { z } from 'zod'
import { adminAction, idOf, optionalReason } from '#app/_http/adminAction.ts'
import { closeLetter } from '#domain/mail/closeLetter.ts'

const fields = z.object({ reason: optionalReason })

export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  await closeLetter(ctx, { letterId: idOf(params), ...input, actor, key })
  return { said: 'Erledigt. Diese Mail wartet nicht mehr auf dich.' }
})
