import { z } from 'zod'
import { adminAction } from '#app/_http/adminAction.ts'
import { retryParked } from '#domain/mail/retryParked.ts'
import { parkCauses } from '#domain/mail/rules.ts'

const fields = z.object({ cause: z.enum(parkCauses, { error: 'Wähle, weswegen die Mails warten.' }) })

/** „Alle weiter“: every letter that waits for one cause. */
export const POST = adminAction(fields, async ({ ctx, input, actor, key }) => {
  const { redriven } = await retryParked(ctx, { ...input, actor, key })
  const said = redriven === 1 ? 'Eine Mail geht weiter.' : `${redriven} Mails gehen weiter.`
  return { said, result: { redriven } }
})
