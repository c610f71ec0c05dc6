import { z } from 'zod'
import { adminAction, idOf, optionalReason } from '#app/_http/adminAction.ts'
import { paths } from '#app/_http/paths.ts'
import { resendLetter } from '#domain/access/resendLetter.ts'
import { accessLimits } from '#domain/access/rules.ts'

const fields = z.object({ to: z.string().max(accessLimits.addressLength).optional(), reason: optionalReason })

/** A new letter with a new key; the old one is ticked off. */
export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  const letterId = await resendLetter(ctx, { letterId: idOf(params), ...input, actor, key })
  return {
    said: 'Eine neue Mail ist unterwegs. Ihr Weg steht in der Liste der Mails.',
    result: { letterId, path: paths.adminMail(letterId) },
  }
})
