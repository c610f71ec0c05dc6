import { z } from 'zod'
import { adminAction, reasonField } from '#app/_http/adminAction.ts'
import { revokeByHand } from '#domain/access/revokeByHand.ts'

const fields = z.object({ reason: reasonField, source: z.string().max(300) })

/** Ends an access that was given by hand. */
export const POST = adminAction(fields, async ({ ctx, input, actor, key }) => {
  const { ended } = await revokeByHand(ctx, { ...input, actor, key })
  return { said: 'Der Zugang ist beendet. Eine offene Lektion hält binnen zehn Sekunden an.', result: { ended } }
})
