import { z } from 'zod'
import { adminAction, idOf, reasonField } from '#app/_http/adminAction.ts'
import { grantByHand } from '#domain/access/grantByHand.ts'

const fields = z.object({ reason: reasonField, course: z.string().default('kurs') })

/** Gives the course without a purchase. */
export const POST = adminAction(fields, async ({ ctx, params, input, actor, key }) => {
  const { source } = await grantByHand(ctx, { personId: idOf(params), ...input, actor, key })
  return { said: 'Der Zugang ist offen. Er gilt, bis du ihn hier wieder beendest.', result: { source } }
})
